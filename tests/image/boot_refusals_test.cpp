// Refused requests: each one is accounted for, and no flood of them is a flood of lines.

#include "provisioner/machine/image/boot_refusals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace provisioner::image {
namespace {

using testing::ElementsAre;

class SetClock : public os::Clock {
 public:
  os::Instant now() const override { return now_; }
  std::chrono::system_clock::time_point wall() const override { return {}; }
  void pass(std::chrono::seconds time) { now_ += time; }

 private:
  os::Instant now_{std::chrono::hours(1)};
};

class BootRefusalsTest : public testing::Test {
 protected:
  void refuse(int times, const std::string& peer = "10.78.0.66", const std::string& node = "") {
    for (int time = 0; time < times; ++time)
      refusals_.add(node, peer, "booted", "the token is unknown");
  }

  SetClock clock_;
  std::vector<std::string> told_;
  BootRefusals refusals_{
      [this](const std::string& node, const std::string& text) { told_.push_back(node + "|" + text); },
      clock_};
};

TEST_F(BootRefusalsTest, TellsTheFirstOnesOneByOne) {
  refuse(2, "10.78.0.66", "n01");

  EXPECT_THAT(told_, ElementsAre("n01|refused 'booted' from 10.78.0.66: the token is unknown",
                                 "n01|refused 'booted' from 10.78.0.66: the token is unknown"));
}

TEST_F(BootRefusalsTest, TellsTheNumberOfTheOthersWhenTheirMinuteIsOver) {
  refuse(1000);
  EXPECT_EQ(told_.size(), 10U);

  clock_.pass(std::chrono::seconds(60));
  refusals_.tell_past_minutes();

  ASSERT_EQ(told_.size(), 11U);
  EXPECT_EQ(told_.back(), "|refused 990 more within a minute from 10.78.0.66, the last 'booted': "
                          "the token is unknown");
  refuse(1);
  EXPECT_EQ(told_.size(), 12U);
}

TEST_F(BootRefusalsTest, TellsWhatItHasCountedAtItsEnd) {
  refuse(12);

  refusals_.tell_all();
  refusals_.tell_all();

  EXPECT_EQ(told_.size(), 11U);
}

TEST_F(BootRefusalsTest, TellsPeersApartAsLongAsTheyAreNotTooMany) {
  for (int peer = 0; peer < 1024; ++peer) refuse(1, "peer " + std::to_string(peer));
  told_.clear();

  refuse(1, "one more");
  refuse(1, "peer 7");

  EXPECT_THAT(told_, ElementsAre("|refused 'booted' from many peers: the token is unknown",
                                 "|refused 'booted' from peer 7: the token is unknown"));
}

}  // namespace
}  // namespace provisioner::image
