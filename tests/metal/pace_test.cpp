#include "provisioner/machine/metal/pace.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "tests/metal/fake_clock.h"

namespace provisioner::metal {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class PaceTest : public testing::Test {
 protected:
  Pace pace(milliseconds between = seconds(5)) {
    return {folder.path() + "/pace", between, clock, clock.pause()};
  }
  seconds gone() const { return std::chrono::round<seconds>(clock.now() - begin); }

  os::TemporaryDirectory folder;
  FakeClock clock;
  const os::Instant begin = clock.now();
};

TEST_F(PaceTest, LeavesTimeBetweenTwoCommands) {
  { const Pace::Turn turn = pace().turn(seconds(20)); }
  EXPECT_EQ(gone(), seconds(0));
  { const Pace::Turn turn = pace().turn(seconds(20)); }
  EXPECT_EQ(gone(), seconds(5));
  clock.pass(seconds(3));
  { const Pace::Turn turn = pace().turn(seconds(20)); }
  EXPECT_EQ(gone(), seconds(10));
  clock.pass(seconds(30));
  { const Pace::Turn turn = pace().turn(seconds(20)); }
  EXPECT_EQ(gone(), seconds(40));
}

TEST_F(PaceTest, CountsFromTheEndOfACommand) {
  {
    const Pace::Turn turn = pace().turn(seconds(20));
    clock.pass(seconds(7));
  }
  const Pace::Turn turn = pace().turn(seconds(20));
  EXPECT_EQ(gone(), seconds(12));
}

TEST_F(PaceTest, HasOneCommandAtATime) {
  const Pace::Turn turn = pace().turn(seconds(20));
  try {
    pace().turn(seconds(10));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::unreachable);
    EXPECT_EQ(error.message(), "another command to the BMC does not end");
  }
  EXPECT_EQ(gone(), seconds(10));
}

TEST_F(PaceTest, IsKeptByOneAloneWhereNothingCanBeWritten) {
  const Pace alone(folder.path() + "/absent/pace", seconds(5), clock, clock.pause());
  { const Pace::Turn turn = alone.turn(seconds(4)); }
  EXPECT_EQ(gone(), seconds(0));
  EXPECT_THROW(alone.turn(seconds(4)), NotAsked);
  { const Pace::Turn turn = alone.turn(seconds(20)); }
  EXPECT_EQ(gone(), seconds(5));
}

TEST_F(PaceTest, WaitsNoLongerThanItsDeadline) {
  { const Pace::Turn turn = pace().turn(seconds(20)); }
  EXPECT_THROW(pace().turn(seconds(4)), base::Error);
  EXPECT_EQ(gone(), seconds(0));
}

TEST_F(PaceTest, HasNoTurnsWithoutAPause) {
  const Pace::Turn first = pace(milliseconds(0)).turn(seconds(1));
  const Pace::Turn second = pace(milliseconds(0)).turn(seconds(1));
  EXPECT_EQ(gone(), seconds(0));
  EXPECT_FALSE(os::exists(folder.path() + "/pace"));
}

}  // namespace
}  // namespace provisioner::metal
