// When images were made, by their own word.

#include "provisioner/cluster/registry/image_age.h"

#include <gtest/gtest.h>

namespace provisioner::registry {
namespace {

// 2026-11-29, at noon.
const std::chrono::system_clock::time_point now{std::chrono::seconds(1795953600)};

TEST(ImageAge, IsFineFromTheDayOnThatIsAskedFor) {
  for (const char* created :
       {"2026-11-29T12:00:00Z", "2026-11-19T00:00:00Z", "2026-11-19T00:00:00.123456789Z",
        "2026-11-19T02:00:00+02:00", "2026-11-18T22:00:00-02:00", "2026-11-30T12:00:00Z"})
    EXPECT_EQ(age_objection(created, 10, now), "") << created;
  EXPECT_EQ(age_objection("0001-01-01T00:00:00Z", 999'999'999, now), "");
}

TEST(ImageAge, IsTooHighBeforeThatDay) {
  EXPECT_EQ(age_objection("2026-11-18T23:59:59Z", 10, now), "it was made on 2026-11-18");
  EXPECT_EQ(age_objection("2026-11-19T01:59:59+02:00", 10, now), "it was made on 2026-11-19");
  EXPECT_EQ(age_objection("0001-01-01T00:00:00Z", 10, now), "it was made on 0001-01-01");
}

TEST(ImageAge, IsNoneMoreThanADayAhead) {
  EXPECT_EQ(age_objection("2026-11-30T12:00:01Z", 10, now),
            "it says that it was made on 2026-11-30, yet to come");
  EXPECT_EQ(age_objection("9999-12-31T23:59:59Z", 10, now),
            "it says that it was made on 9999-12-31, yet to come");
}

TEST(ImageAge, IsNotKnownWhereNothingIsSaid) {
  EXPECT_EQ(age_objection("", 10, now), "it does not say when it was made");
}

TEST(ImageAge, IsNotKnownOfWhatIsNoTime) {
  for (const std::string created :
       {"yesterday", "9999999-99-99T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-29",
        "2026-11-29T12:00:00", "2026-11-29T12:00:00+25:00", "2026-11-29T12:00:00Z+01:00",
        "2026-11-29T12:00:00+", "2026-11-29T+01:00", "T", "zzzz-zz-zzT00:00:00Z"})
    EXPECT_EQ(age_objection(created, 10, now),
              "it says that it was made at '" + created +
                  "', which is no time (RFC 3339: 2026-11-29T17:00:00Z)");
}

}  // namespace
}  // namespace provisioner::registry
