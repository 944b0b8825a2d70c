// From which node a step is taken.

#include "provisioner/cluster/kubernetes/helping_node.h"

#include <gtest/gtest.h>

#include "provisioner/cluster/kubernetes/removal.h"
#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

using tests::Settled;

TEST(HelpingNode, IsNeverTheNodeWhoseMemberLeaves) {
  for (const std::string leaving : {"c1", "c2", "c3"}) {
    Settled cluster(3);
    cluster.node(leaving).listed->away = Away::drained;
    const Next next = next_removal_step(cluster.wish, cluster.sight, leaving);
    ASSERT_TRUE(next.step && next.step->act == Act::remove_member) << tests::told(next);
    EXPECT_EQ(helper_of(cluster.wish, cluster.sight, *next.step), leaving == "c1" ? "c2" : "c1");
  }
}

TEST(HelpingNode, VotesIfAnyDoes) {
  Settled cluster(3);
  cluster.member("c1").is_healthy = false;
  EXPECT_EQ(helper_of(cluster.wish, cluster.sight, Step{Act::join_workers, {"w1"}}), "c2");
  cluster.member("c2").is_healthy = cluster.member("c3").is_healthy = false;
  EXPECT_EQ(helper_of(cluster.wish, cluster.sight, Step{Act::join_workers, {"w1"}}), "c1");
}

TEST(HelpingNode, IsReadyWhereItNeedNotBeAnyButOne) {
  Settled cluster(3);
  EXPECT_EQ(ready_helping_node(cluster.wish, cluster.sight), "c1");
  cluster.node("c1").listed->is_ready = false;
  EXPECT_EQ(ready_helping_node(cluster.wish, cluster.sight), "c2");
  EXPECT_EQ(helping_node(cluster.wish, cluster.sight, {}), "c1");
  cluster.member("c2").is_healthy = false;
  EXPECT_EQ(ready_helping_node(cluster.wish, cluster.sight), "c3");
  for (const char* name : {"c2", "c3"}) cluster.node(name).listed->is_ready = false;
  EXPECT_EQ(ready_helping_node(cluster.wish, cluster.sight), "c1");
}

TEST(HelpingNode, IsItselfWhereThereIsNoOther) {
  const Settled cluster(1);
  EXPECT_EQ(helper_of(cluster.wish, cluster.sight, Step{Act::drain, {"c1"}}), "c1");
  EXPECT_EQ(helper_of(cluster.wish, cluster.sight, Step{Act::cordon, {"c1"}}), "c1");
  EXPECT_EQ(helper_of(cluster.wish, cluster.sight, Step{Act::reset, {"c1"}}), std::nullopt);
}

}  // namespace
}  // namespace provisioner::kubernetes
