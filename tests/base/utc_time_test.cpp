// Times and days as people and records write them.

#include "provisioner/base/base/utc_time.h"

#include <gtest/gtest.h>

namespace provisioner::base {
namespace {

TEST(IsDay, TakesDaysOfTheCalendar) {
  for (const char* text : {"2026-12-31", "2028-02-29", "0001-01-01"}) EXPECT_TRUE(is_day(text));
}

TEST(IsDay, TakesNothingElse) {
  for (const char* text :
       {"", "zzzz-zz-zz", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-1",
        "2026-12-31 ", "2026/12/31", "+026-12-31", "2026-12-3\xff", "2026-12-\xd9\xa3"})
    EXPECT_FALSE(is_day(text)) << text;
}

TEST(UtcTime, TakesTimesOfRecordsAndDays) {
  const std::chrono::sys_days day(std::chrono::year(2026) / 11 / 29);
  EXPECT_EQ(utc_time("2026-11-29"), day);
  EXPECT_EQ(utc_time("2026-11-29T17:04:05Z"),
            day + std::chrono::hours(17) + std::chrono::minutes(4) + std::chrono::seconds(5));
  EXPECT_EQ(utc_time("2026-11-29T17:00:00.123+00:00"), day + std::chrono::hours(17));
}

TEST(UtcTime, TakesNothingElse) {
  for (const char* text : {"", "2026-11-29T17:00:00", "2026-11-29T17:00:00+01:00",
                           "2026-11-29T24:00:00Z", "2026-11-29T17:60:00Z", "2026-11-29T17:00Z"})
    EXPECT_EQ(utc_time(text), std::nullopt) << text;
}

}  // namespace
}  // namespace provisioner::base
