// What `cluster upgrade` does next.

#include "provisioner/cluster/kubernetes/upgrade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

using testing::HasSubstr;
using tests::cluster_at;
using tests::Settled;
using tests::SimulatedCluster;
using tests::told;

std::string upgrade_told(const Settled& cluster) {
  return told(next_upgrade_step(cluster.wish, cluster.sight));
}

Settled about_to_be_upgraded(std::size_t control, std::size_t workers = 2) {
  Settled cluster(control, workers, {1, 33, 13});
  cluster.wish.version = {1, 34, 4};
  return cluster;
}

// All is upgraded but the kubelets of its workers.
Settled with_old_workers(std::size_t count) {
  Settled cluster(1, count);
  for (const WishedNode& node : cluster.wish.workers)
    cluster.node(node.name).listed->kubelet = Version{1, 33, 13};
  return cluster;
}

TEST(Upgrade, BringsApiServersThenKubeletsOneByOneAndWorkersInWaves) {
  SimulatedCluster cluster = cluster_at(3, 3, {1, 33, 13});
  cluster.wish.version = {1, 34, 4};
  std::string way;
  while (const auto step = next_upgrade_step(cluster.wish, cluster.look(), 2).step) {
    way += step->text() + "\n";
    cluster.perform(*step);
  }
  EXPECT_EQ(way,
            "upgrade first control plane: c1\n"
            "upgrade control plane: c2\n"
            "upgrade control plane: c3\n"
            "drain: c1\nupgrade kubelet: c1\nwait until ready: c1\nbring back: c1\n"
            "drain: c2\nupgrade kubelet: c2\nwait until ready: c2\nbring back: c2\n"
            "drain: c3\nupgrade kubelet: c3\nwait until ready: c3\nbring back: c3\n"
            "drain: w1, w2\nupgrade kubelet: w1, w2\nwait until ready: w1, w2\n"
            "bring back: w1, w2\n"
            "drain: w3\nupgrade kubelet: w3\nwait until ready: w3\nbring back: w3\n");
  EXPECT_EQ(cluster.violation(), "");
  EXPECT_TRUE(next_upgrade_step(cluster.wish, cluster.look()).is_done());
}

TEST(Upgrade, DoesTheFirstControlPlaneAgainUntilTheClusterSaysSo) {
  Settled cluster = about_to_be_upgraded(3);
  cluster.node("c2").control_plane = cluster.wish.version;
  EXPECT_EQ(upgrade_told(cluster),
            "upgrade first control plane: c2: it was begun and has not ended\n");
  cluster.sight.configured = cluster.wish.version;
  cluster.node("c2").is_upgrading = true;
  EXPECT_EQ(upgrade_told(cluster),
            "upgrade first control plane: c2: it was begun and has not ended\n");
  cluster.node("c2").is_upgrading = false;
  EXPECT_EQ(upgrade_told(cluster), "upgrade control plane: c1\n");
}

TEST(Upgrade, SeesThatKubeProxyFollowsTheLastControlPlane) {
  Settled cluster(3, 1);
  cluster.sight.proxy = Version{1, 33, 13};
  EXPECT_EQ(upgrade_told(cluster), "upgrade control plane: c3: kube-proxy is at 1.33.13 still\n");
}

TEST(Upgrade, KeepsTheCordonOfAnOperator) {
  SimulatedCluster cluster = cluster_at(1, 2, {1, 33, 13});
  cluster.cordon("w1");
  cluster.wish.version = {1, 34, 4};
  while (const auto step = next_upgrade_step(cluster.wish, cluster.look()).step)
    cluster.perform(*step);
  EXPECT_TRUE(cluster.is_cordoned("w1"));
  EXPECT_FALSE(cluster.is_cordoned("w2"));
}

TEST(Upgrade, RefusesWhatTheSkewForbids) {
  Settled cluster = about_to_be_upgraded(1);
  cluster.wish.version = {1, 35, 0};
  EXPECT_THAT(upgrade_told(cluster),
              HasSubstr("no: from 1.33.13 to 1.35.0 is more than one minor"));
  cluster.wish.version = {1, 33, 2};
  EXPECT_THAT(upgrade_told(cluster), HasSubstr("no: the control plane is at 1.33.13: there is no "
                                               "way down to 1.33.2"));
  cluster.wish.version = {1, 34, 4};
  cluster.node("w2").listed->kubelet = Version{1, 30, 0};
  EXPECT_THAT(upgrade_told(cluster),
              HasSubstr("no: 'w2' has a kubelet of 1.30.0, more than three"));
}

TEST(Upgrade, WaitsForTheWholeControlPlane) {
  Settled silent = about_to_be_upgraded(3);
  silent.kill("c2");
  EXPECT_EQ(upgrade_told(silent), "no: 'c2' does not answer -> provisioner cluster status sim\n");
  Settled lost = about_to_be_upgraded(3);
  lost.wipe("c2");
  EXPECT_EQ(upgrade_told(lost),
            "no: 'c2' is no whole control plane -> let it join first, at the version that the "
            "cluster has 1.33.13: provisioner cluster up sim\n");
  Settled ill = about_to_be_upgraded(3);
  ill.member("c3").is_healthy = false;
  EXPECT_THAT(upgrade_told(ill), HasSubstr("no: 'c3' has an etcd that does not take part, so 'c1' "
                                           "must stay"));
}

TEST(Upgrade, RestartsTheOnlyControlPlaneInItsPlace) {
  EXPECT_EQ(upgrade_told(about_to_be_upgraded(1)), "upgrade first control plane: c1\n");
}

TEST(Upgrade, EndsWithANodeBeforeItTakesTheNext) {
  Settled cluster = with_old_workers(3);
  cluster.node("w2").listed->away = Away::draining;
  EXPECT_EQ(upgrade_told(cluster), "drain: w2\n");
  cluster.node("w2").listed->away = Away::drained;
  EXPECT_EQ(upgrade_told(cluster), "upgrade kubelet: w2\n");
  cluster.node("w2").listed->kubelet = cluster.wish.version;
  cluster.node("w2").listed->is_ready = false;
  EXPECT_EQ(upgrade_told(cluster), "wait until ready: w2\n");
  cluster.node("w2").listed->is_ready = true;
  EXPECT_EQ(upgrade_told(cluster), "bring back: w2\n");
  cluster.node("w2").listed->away = Away::no;
  EXPECT_EQ(upgrade_told(cluster), "drain: w1\n");
}

TEST(Upgrade, LetsADeadNodeHoldItsPlaceInTheWave) {
  Settled cluster = with_old_workers(3);
  cluster.kill("w1");
  cluster.node("w1").listed->away = Away::drained;
  EXPECT_EQ(upgrade_told(cluster),
            "no: 'w1' was drained and does not answer -> bring it back, or "
            "provisioner cluster remove w1\n");
  EXPECT_THAT(told(next_upgrade_step(cluster.wish, cluster.sight, 2)), HasSubstr("drain: w2\n"));
}

TEST(Upgrade, LeavesASilentWorkerAsItIsAndSaysSo) {
  Settled cluster = with_old_workers(2);
  cluster.kill("w1");
  EXPECT_EQ(upgrade_told(cluster), "drain: w2\n");
  cluster.node("w2").listed->kubelet = cluster.wish.version;
  EXPECT_EQ(upgrade_told(cluster),
            "no: 'w1' does not answer: its kubelet stays as it is -> bring it back, or provisioner "
            "cluster remove w1\n");
}

TEST(Upgrade, LeavesAWorkerThatIsNotReadyToTheEndAndSaysSo) {
  Settled cluster = with_old_workers(2);
  cluster.node("w1").listed->is_ready = false;
  EXPECT_EQ(upgrade_told(cluster), "drain: w2\n");
  cluster.node("w2").listed->kubelet = cluster.wish.version;
  EXPECT_EQ(upgrade_told(cluster),
            "no: 'w1' is not ready: its kubelet stays as it is -> see to its kubelet, then the "
            "same command; or provisioner cluster remove w1\n");
}

TEST(Upgrade, GoesOnWithANodeWhoseKubeletEndedAsItWasDrained) {
  Settled cluster = with_old_workers(2);
  cluster.node("w1").listed->is_ready = false;
  cluster.node("w1").listed->away = cluster.node("w2").listed->away = Away::draining;
  const auto next = [&] { return told(next_upgrade_step(cluster.wish, cluster.sight, 2)); };
  EXPECT_EQ(next(), "cordon: w1: not ready, so its pods would not end\n");
  cluster.node("w1").listed->away = Away::drained;
  EXPECT_EQ(next(), "drain: w2\n");
}

}  // namespace
}  // namespace provisioner::kubernetes
