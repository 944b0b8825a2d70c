// Schedules of CronJobs.

#include "provisioner/platform/handoff/cron_schedule.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <sstream>
#include <vector>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"

namespace provisioner::handoff {
namespace {

struct Field {
  std::int64_t least, most;
  std::vector<std::string> names = {};  // of `least` and those that follow
};

const std::array<Field, 5> fields = {
    {{0, 59},
     {0, 23},
     {1, 31},
     {1, 12, {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
     {0, 6, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}}};

const std::vector<std::string> words = {"@yearly", "@annually", "@monthly", "@weekly",
                                        "@daily",  "@midnight", "@hourly"};

constexpr std::string_view every = "@every ";

std::optional<std::int64_t> number_in(const std::string& text, const Field& field) {
  const auto named = std::ranges::find(field.names, base::lower_case(text));
  if (named != field.names.end()) return field.least + (named - field.names.begin());
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  const auto number = base::integer_in(text);
  return number && *number >= field.least && *number <= field.most ? number : std::nullopt;
}

// "*", "3", "1-5", each with "/2" behind it.
bool is_part(const std::string& text, const Field& field) {
  const std::vector<std::string> parts = base::split(text, '/');
  if (parts.size() > 2) return false;
  if (parts.size() == 2) {
    const auto step = base::integer_in(parts[1]);
    if (!step || *step < 1) return false;
  }
  if (parts[0] == "*" || parts[0] == "?") return true;
  const std::vector<std::string> ends = base::split(parts[0], '-');
  if (ends.size() > 2) return false;
  const auto first = number_in(ends.front(), field), last = number_in(ends.back(), field);
  return first && last && *first <= *last;
}

// Nothing between two commas is passed over, as there.
bool is_field(const std::string& text, const Field& field) {
  std::vector<std::string> parts = base::split(text, ',');
  std::erase(parts, "");
  return !parts.empty() &&
         std::ranges::all_of(parts, [&](const std::string& part) { return is_part(part, field); });
}

std::vector<std::string> words_in(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

// As Go reads one (time.ParseDuration), of more than nothing.
bool is_duration(const std::string& text) {
  static const base::Regex form(R"(\+?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)");
  const auto found = form.match_start(text);
  return found && found->end() == text.size() &&
         text.find_first_of("123456789") != std::string::npos;
}

}  // namespace

bool is_cron_schedule(const std::string& text) {
  if (std::ranges::find(words, text) != words.end()) return true;
  if (text.starts_with(every)) return is_duration(text.substr(every.size()));
  const std::vector<std::string> said = words_in(text);
  if (said.size() != fields.size()) return false;
  for (std::size_t at = 0; at < fields.size(); ++at)
    if (!is_field(said[at], fields[at])) return false;
  return true;
}

}  // namespace provisioner::handoff
