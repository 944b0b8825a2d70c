// Times as records have them.

#include "provisioner/platform/gates/times.h"

#include "provisioner/base/base/regex.h"

namespace provisioner::gates {

std::optional<std::chrono::sys_seconds> time_of(const std::string& text) {
  static const base::Regex form(
      R"((\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|\+00:00))?)");
  const auto found = form.match_start(text);
  if (!found || found->end() != text.size()) return std::nullopt;
  const auto number = [&](std::size_t group) {
    const auto digits = base::group_text(*found, text, group);
    return digits ? std::stoi(*digits) : 0;
  };
  const std::chrono::year_month_day day(std::chrono::year(number(1)),
                                        std::chrono::month(static_cast<unsigned>(number(2))),
                                        std::chrono::day(static_cast<unsigned>(number(3))));
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(number(4)) +
         std::chrono::minutes(number(5)) + std::chrono::seconds(number(6));
}

}  // namespace provisioner::gates
