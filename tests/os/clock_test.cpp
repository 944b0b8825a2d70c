// Times as texts.

#include "provisioner/base/os/clock.h"

#include <gtest/gtest.h>

namespace provisioner::os {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

TEST(UtcText, IsOfThreeLengths) {
  const system_clock::time_point time{milliseconds(1'796'033'349'007)};
  EXPECT_EQ(utc_text(time), "2026-11-30T10:09:09.007Z");
  EXPECT_EQ(utc_seconds(time), "2026-11-30T10:09:09Z");
  EXPECT_EQ(utc_day(time), "2026-11-30");
}

TEST(MillisecondsUntil, AreAtLeastNoneAndAtMostWhatPollTakes) {
  const Instant now = os::system_clock().now();
  EXPECT_EQ(milliseconds_until(now), 0);
  EXPECT_EQ(milliseconds_until(now - std::chrono::hours(1)), 0);
  EXPECT_EQ(milliseconds_until(now + std::chrono::hours(1)), 1'000'000);
}

}  // namespace
}  // namespace provisioner::os
