// Of which silent nodes the next step tells itself that they are, and why.

#include <gtest/gtest.h>

#include "provisioner/cluster/kubernetes/next_step.h"
#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

TEST(ToldSilence, IsOfANodeThatIsNamedWithItsReason) {
  tests::Settled cluster(3, 2);
  cluster.kill("w2");
  cluster.node("w2").listed.reset();
  cluster.node("w2").silence = "connection timed out";
  const Next next = next_step(cluster.wish, cluster.sight);
  EXPECT_TRUE(tells_silence(next, "w2", cluster.node("w2")));
  EXPECT_FALSE(tells_silence(next, "w1", cluster.node("w2")));
}

TEST(ToldSilence, IsNotOfANodeThatIsNamedWithoutIt) {
  NodeSight seen;
  seen.silence = "connection refused";
  EXPECT_FALSE(
      tells_silence({.remarks = {"'w2' does not answer: it is left as it is"}}, "w2", seen));
  EXPECT_TRUE(tells_silence(
      {.remarks = {"'w2' does not answer (connection refused): its certificates stay"}}, "w2",
      seen));
}

}  // namespace
}  // namespace provisioner::kubernetes
