// The loop that brings a cluster on, over looks that were written down.

#include "provisioner/front/cluster/follow_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "tests/metal/fake_clock.h"

namespace provisioner::cluster {
namespace {

using kubernetes::Act;
using kubernetes::Next;
using kubernetes::Objection;
using kubernetes::Step;
using testing::ElementsAre;
using testing::IsEmpty;

Next does(Act act) { return {.step = Step{.act = act, .nodes = {"c1"}}}; }
Next stands_against(bool is_lasting) {
  return {.objections = {Objection{.text = "etcd has no quorum", .is_lasting = is_lasting}}};
}

class FollowSteps : public testing::Test {
 protected:
  // The last look stays.
  bool follow(std::vector<Next> looks) {
    std::size_t at = 0;
    return follow_steps({.look = [&] { return looks[std::min(at++, looks.size() - 1)]; },
                         .take = [&](const Step& step) { taken_.push_back(step.text()); },
                         .wish = wish_,
                         .clock = clock_,
                         .pause = clock_.pause()});
  }
  std::chrono::nanoseconds waited() const { return clock_.now() - begin_; }

  kubernetes::ClusterWish wish_{.instance = "one", .version = {1, 34, 4}};
  metal::FakeClock clock_;
  os::Instant begin_ = clock_.now();
  std::vector<std::string> taken_;
};

TEST_F(FollowSteps, TakesOneAfterAnotherUntilNothingIsLeft) {
  EXPECT_TRUE(follow({does(Act::prepare), does(Act::init), {}}));
  EXPECT_THAT(taken_, ElementsAre("prepare: c1", "init: c1"));
  EXPECT_EQ(waited().count(), 0);
}

TEST_F(FollowSteps, WaitsAfterAStepForWhatPassesByItself) {
  const Next against = stands_against(false);
  EXPECT_TRUE(follow({does(Act::init), against, against, {}}));
  EXPECT_EQ(waited(), std::chrono::seconds(6));
}

TEST_F(FollowSteps, EndsWhereItDoesNotPass) {
  wish_.deadline_factor = 3;
  EXPECT_FALSE(follow({does(Act::init), stands_against(false)}));
  EXPECT_EQ(waited(), std::chrono::seconds(120));
}

TEST_F(FollowSteps, DoesNotWaitForWhatLastsOrStoodThereBefore) {
  EXPECT_FALSE(follow({stands_against(false)}));
  EXPECT_THAT(taken_, IsEmpty());
  EXPECT_FALSE(follow({does(Act::init), stands_against(true)}));
  EXPECT_EQ(waited().count(), 0);
}

TEST_F(FollowSteps, AreNotDoneWhereOnlySomeNodesLack) {
  const Next lacks = {
      .objections = {Objection{
          .text = "'w1' does not become ready", .is_lasting = true, .spares_rest = true}}};
  EXPECT_FALSE(follow({does(Act::wait_ready), lacks}));
  EXPECT_THAT(taken_, ElementsAre("wait until ready: c1"));
  EXPECT_EQ(waited().count(), 0);
}

TEST_F(FollowSteps, SaysWhichStepDoesNotHelp) {
  try {
    follow({does(Act::label)});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.render(),
              "error: 'label: c1' has come to its end, and the cluster is as before\n"
              "hint: look at it: provisioner cluster status one");
  }
  EXPECT_THAT(taken_, ElementsAre("label: c1", "label: c1"));
}

}  // namespace
}  // namespace provisioner::cluster
