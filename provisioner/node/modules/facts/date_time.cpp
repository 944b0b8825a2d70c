// The date and time of a node, in its own time zone and in UTC.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>

#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::modules::facts {
namespace {

struct Moment {
  std::chrono::year_month_day date;
  int weekday = 0;  // 0: Sunday
  int day_of_year = 0;
  int hour = 0, minute = 0, second = 0, microsecond = 0;
};

Moment moment_at(std::int64_t microseconds) {
  using namespace std::chrono;
  const sys_time<std::chrono::microseconds> time{std::chrono::microseconds(microseconds)};
  const sys_days day = floor<days>(time);
  const hh_mm_ss clock{floor<std::chrono::microseconds>(time - day)};
  Moment moment;
  moment.date = year_month_day(day);
  moment.weekday = static_cast<int>(weekday(day).c_encoding());
  moment.day_of_year = static_cast<int>((day - sys_days(moment.date.year() / January / 1)).count());
  moment.hour = static_cast<int>(clock.hours().count());
  moment.minute = static_cast<int>(clock.minutes().count());
  moment.second = static_cast<int>(clock.seconds().count());
  moment.microsecond = static_cast<int>(clock.subseconds().count());
  return moment;
}

std::string date_text(const Moment& moment, std::string_view separator) {
  return fmt::format("{:04}{}{:02}{}{:02}", static_cast<int>(moment.date.year()), separator,
                     static_cast<unsigned>(moment.date.month()), separator,
                     static_cast<unsigned>(moment.date.day()));
}

std::string time_text(const Moment& moment, std::string_view separator) {
  return fmt::format("{:02}{}{:02}{}{:02}", moment.hour, separator, moment.minute, separator,
                     moment.second);
}

}  // namespace

Findings date_time(const host::HostView& view, const Request&) {
  static constexpr std::array<const char*, 7> weekdays = {
      "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  const double now = view.now();
  const auto microseconds = static_cast<std::int64_t>(std::floor(now * 1e6));
  const host::TimeZone zone = view.time_zone(now);
  const Moment utc = moment_at(microseconds);
  const Moment local = moment_at(microseconds + std::int64_t{zone.offset_seconds} * 1'000'000);
  const std::string epoch = std::to_string(static_cast<std::int64_t>(std::floor(now)));
  const int week = (local.day_of_year + 7 - (local.weekday + 6) % 7) / 7;
  const int offset = std::abs(zone.offset_seconds) / 60;
  value::Dict facts = {
      {"year", fmt::format("{:04}", static_cast<int>(local.date.year()))},
      {"month", fmt::format("{:02}", static_cast<unsigned>(local.date.month()))},
      {"day", fmt::format("{:02}", static_cast<unsigned>(local.date.day()))},
      {"weekday", weekdays.at(static_cast<std::size_t>(local.weekday))},
      {"weekday_number", std::to_string(local.weekday)},
      {"weeknumber", fmt::format("{:02}", week)},
      {"hour", fmt::format("{:02}", local.hour)},
      {"minute", fmt::format("{:02}", local.minute)},
      {"second", fmt::format("{:02}", local.second)},
      {"epoch", epoch},
      {"epoch_int", epoch},
      {"date", date_text(local, "-")},
      {"time", time_text(local, ":")},
      {"iso8601", date_text(utc, "-") + "T" + time_text(utc, ":") + "Z"},
      {"iso8601_micro",
       fmt::format("{}T{}.{:06}Z", date_text(utc, "-"), time_text(utc, ":"), utc.microsecond)},
      {"iso8601_basic",
       fmt::format("{}T{}{:06}", date_text(local, ""), time_text(local, ""), local.microsecond)},
      {"iso8601_basic_short", date_text(local, "") + "T" + time_text(local, "")},
      {"tz", zone.name},
      {"tz_dst", zone.daylight_name},
      {"tz_offset",
       fmt::format("{}{:02}{:02}", zone.offset_seconds < 0 ? "-" : "+", offset / 60, offset % 60)},
  };
  return {{{"date_time", facts}}, {}};
}

}  // namespace provisioner::modules::facts
