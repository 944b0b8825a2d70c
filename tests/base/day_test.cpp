// Days as people write them.

#include "provisioner/base/base/day.h"

#include <gtest/gtest.h>

namespace provisioner::base {
namespace {

TEST(IsDay, TakesDaysOfTheCalendar) {
  for (const char* text : {"2026-12-31", "2028-02-29", "0001-01-01"}) EXPECT_TRUE(is_day(text));
}

TEST(IsDay, TakesNothingElse) {
  for (const char* text : {"", "zzzz-zz-zz", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00",
                           "2026-1-1", "2026-12-31 ", "2026/12/31", "+026-12-31"})
    EXPECT_FALSE(is_day(text)) << text;
}

}  // namespace
}  // namespace provisioner::base
