// Times and days as people and records write them.

#include "provisioner/base/base/utc_time.h"

#include "provisioner/base/base/regex.h"

namespace provisioner::base {

std::optional<std::chrono::sys_seconds> utc_time(const std::string& text) {
  static const Regex form(
      "([0-9]{4})-([0-9]{2})-([0-9]{2})"
      "(?:T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(?:\\.[0-9]+)?(?:Z|\\+00:00))?");
  const auto found = form.match_start(text);
  if (!found || found->end() != text.size()) return std::nullopt;
  const auto number = [&](std::size_t group) {
    const auto digits = group_text(*found, text, group);
    return digits ? std::stoi(*digits) : 0;
  };
  const std::chrono::year_month_day day(std::chrono::year(number(1)),
                                        std::chrono::month(static_cast<unsigned>(number(2))),
                                        std::chrono::day(static_cast<unsigned>(number(3))));
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(number(4)) +
         std::chrono::minutes(number(5)) + std::chrono::seconds(number(6));
}

bool is_day(std::string_view text) {
  constexpr std::size_t length = 10;
  return text.size() == length && utc_time(std::string(text)).has_value();
}

}  // namespace provisioner::base
