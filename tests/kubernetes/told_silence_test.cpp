// Of which silent nodes the next step tells itself that they are, and why.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/cluster/kubernetes/next_step.h"
#include "tests/kubernetes/settled.h"
#include "tests/kubernetes/simulated_cluster.h"

namespace provisioner::kubernetes {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ToldSilence, IsOfNodesThatAreNamedWithTheirReason) {
  tests::Settled cluster(3, 2);
  cluster.kill("w1");
  cluster.kill("w2");
  cluster.node("w2").listed.reset();
  cluster.node("w2").silence = "connection timed out";
  const Next next = next_step(cluster.wish, cluster.sight);
  EXPECT_THAT(next.told_silent, ElementsAre("w1", "w2"));
  EXPECT_THAT(next.remarks, ElementsAre("'w1' does not answer: it is left as it is"));
}

TEST(ToldSilence, IsNotOfNodesThatAreNotNamed) {
  tests::Settled cluster(3, 2);
  for (const char* node : {"c1", "c2", "c3"}) cluster.kill(node);
  const Next next = next_step(cluster.wish, cluster.sight);
  EXPECT_FALSE(next.objections.empty());
  EXPECT_THAT(next.told_silent, IsEmpty());
}

// Whoever is silent may have the authority that a worker shows: nobody is told to reset that one.
TEST(ToldSilence, SaysNothingOfWorkersWhileTheControlPlaneIsSilent) {
  tests::SimulatedCluster cluster(1, 1, {1, 34, 4});
  ClusterSight sight = cluster.look();
  sight.nodes["c1"].answers = false;
  sight.nodes["w1"].ca = "0123456789abcdef0123456789abcdef";
  const Next next = next_step(cluster.wish, sight);
  EXPECT_FALSE(next.step);
  ASSERT_EQ(next.objections.size(), 1U);
  EXPECT_THAT(next.objections[0].text, HasSubstr("'c1' does not answer and may have the CA"));
}

}  // namespace
}  // namespace provisioner::kubernetes
