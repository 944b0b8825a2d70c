// When images were made, by their own word.

#include "provisioner/cluster/registry/image_age.h"

#include <optional>

#include "provisioner/base/base/utc_time.h"

namespace provisioner::registry {
namespace {

using std::chrono::sys_seconds;

constexpr std::chrono::days most_ahead{1};
constexpr std::size_t day_length = 10;  // of "2027-01-31"

// A day alone is no time of RFC 3339, and what stands behind the time is its distance from UTC.
std::optional<sys_seconds> instant_of(const std::string& created) {
  const std::size_t time = created.find('T'), sign = created.find_last_of("+-");
  if (time == std::string::npos) return std::nullopt;
  if (sign == std::string::npos || sign < time) return base::utc_time(created);
  const auto local = base::utc_time(created.substr(0, sign) + "Z"),
             ahead = base::utc_time("1970-01-01T" + created.substr(sign + 1) + ":00Z");
  if (!local || !ahead) return std::nullopt;
  return created[sign] == '+' ? *local - ahead->time_since_epoch()
                              : *local + ahead->time_since_epoch();
}

}  // namespace

std::string age_objection(const std::string& created, int most_days,
                          std::chrono::system_clock::time_point now) {
  using std::chrono::days, std::chrono::floor;
  if (created.empty()) return "it does not say when it was made";
  const auto made = instant_of(created);
  if (!made)
    return "it says that it was made at '" + created +
           "', which is no time (RFC 3339: 2026-11-29T17:00:00Z)";
  const std::string day = created.substr(0, day_length);
  // In seconds: what anybody writes may be too far away for the clock's own.
  const auto present = floor<std::chrono::seconds>(now);
  if (*made > present + most_ahead) return "it says that it was made on " + day + ", yet to come";
  if (floor<days>(*made) < floor<days>(present) - days(most_days)) return "it was made on " + day;
  return {};
}

}  // namespace provisioner::registry
