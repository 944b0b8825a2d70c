// Whether the gates of an instance stand open.

#include "provisioner/platform/handoff/gates_record.h"

#include <algorithm>
#include <charconv>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::handoff {
namespace {

using base::Error;
using base::Kind;
using value::Value;

std::optional<int> number_at(const std::string& text, std::size_t at, std::size_t size) {
  int number = 0;
  if (text.size() < at + size) return std::nullopt;
  const char* end = text.data() + at + size;
  const auto [stop, error] = std::from_chars(text.data() + at, end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

// "2026-11-29" and what may follow; of a day its begin.
std::optional<std::chrono::sys_days> day_of(const std::string& text) {
  const auto year = number_at(text, 0, 4), month = number_at(text, 5, 2),
             day = number_at(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

// "2026-11-29T17:00:00Z".
std::optional<std::chrono::sys_seconds> time_of(const std::string& text) {
  const auto day = day_of(text);
  const auto hour = number_at(text, 11, 2), minute = number_at(text, 14, 2),
             second = number_at(text, 17, 2);
  if (!day || !hour || !minute || !second) return std::nullopt;
  return *day + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

std::vector<std::string> blocking(const Value& said) {
  std::vector<std::string> names;
  const Value* gates = said.find("gates");
  if (gates == nullptr || !gates->is_list()) return names;
  for (const Value& gate : gates->list())
    if (value::boolean_or(gate, "blocks", true))
      names.push_back(value::text_or(gate, "id", "?") + " (" +
                      value::text_or(gate, "result", "not run") + ")");
  return names;
}

std::optional<std::string> ended_waiver(const Value& said, std::chrono::sys_days today) {
  const Value* waivers = said.find("waivers");
  if (waivers == nullptr || !waivers->is_list()) return std::nullopt;
  for (const Value& waiver : waivers->list()) {
    const std::string until = value::text_or(waiver, "until", "");
    const auto last = day_of(until);
    if (!last || *last < today)
      return "the waiver of " + value::text_or(waiver, "gate", "?") + " by " +
             value::text_or(waiver, "name", "?") + " ended on " + until;
  }
  return std::nullopt;
}

}  // namespace

GatesRecord read_gates_record(const std::string& text, const std::string& path) {
  GatesRecord record{value::read_json(text, path)};
  const Value* gates = record.said.find("gates");
  if (gates == nullptr || !gates->is_list() || !time_of(record.finished()))
    throw Error(Kind::input, "'" + path + "' is no record of gates")
        .set_hint("make it anew: provisioner gates run");
  return record;
}

std::optional<std::string> objection(const GatesRecord& record, const std::string& instance,
                                     std::chrono::system_clock::time_point now,
                                     std::chrono::days longest) {
  if (!record.is_there()) return "its gates were never run";
  const std::string of = value::text_or(record.said, "instance", "");
  if (of != instance) return "the record of gates is of '" + of + "'";
  const auto names = blocking(record.said);
  if (!names.empty())
    return base::counted(names.size(), "gate") + " did not pass: " + base::join(names, ", ");
  if (!value::boolean_or(record.said, "passed", false)) return "its gates did not pass";
  if (!value::boolean_or(record.said, "whole", false))
    return "only some of its gates were run, on " + record.finished();
  const auto finished = time_of(record.finished());
  if (!finished || *finished + longest < now)
    return "its gates were run on " + record.finished() + ", more than " +
           base::counted(static_cast<std::size_t>(longest.count()), "day") + " ago";
  return ended_waiver(record.said, std::chrono::floor<std::chrono::days>(now));
}

}  // namespace provisioner::handoff
