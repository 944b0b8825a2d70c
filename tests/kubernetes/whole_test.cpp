// A cluster that ends, and one that grows by some nodes.

#include "provisioner/cluster/kubernetes/whole.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

using tests::cluster_at;
using tests::Settled;
using tests::SimulatedCluster;
using tests::told;

TEST(Down, ResetsWorkersThenTheControlPlaneLastTheFirst) {
  Settled cluster(3, 2);
  std::string way;
  while (const auto step = next_down_step(cluster.wish, cluster.sight).step) {
    way += step->text() + "\n";
    for (const std::string& name : step->nodes) cluster.wipe(name);
  }
  EXPECT_EQ(way, "reset: w1, w2\nreset: c3\nreset: c2\nreset: c1\n");
}

TEST(Down, TellsWhatItRemoves) {
  Settled cluster(1, 2);
  cluster.kill("w1");
  cluster.node("w2").has_kubelet_config = false;
  const std::vector<std::string> removed = removed_by_down(cluster.wish, cluster.sight);
  ASSERT_EQ(removed.size(), 2U);
  EXPECT_EQ(removed[0],
            "of 'c1': keys of the cluster's authority, the data of etcd, the control plane, its "
            "kubelet's identity and all of its pods");
  EXPECT_EQ(removed[1], "of 'w2': certificates of a cluster");
}

TEST(Down, HasNotEndedWhereANodeDoesNotAnswer) {
  Settled cluster(1, 1);
  cluster.kill("w1");
  EXPECT_EQ(told(next_down_step(cluster.wish, cluster.sight)), "reset: c1\n");
  cluster.wipe("c1");
  EXPECT_EQ(told(next_down_step(cluster.wish, cluster.sight)),
            "no: 'w1' does not answer and was not reset -> the same command goes on once it does, "
            "or re-image it\n");
}

TEST(Down, TouchesNothingWhereTwoClustersAreSeen) {
  Settled cluster(3);
  cluster.node("c2").ca = "another";
  EXPECT_FALSE(next_down_step(cluster.wish, cluster.sight).step);
  EXPECT_FALSE(next_down_step(cluster.wish, cluster.sight).is_done());
}

Settled with_two_new_workers() {
  Settled cluster(1, 3);
  for (const char* name : {"w2", "w3"}) {
    cluster.wipe(name);
    cluster.node(name).listed.reset();
  }
  return cluster;
}

TEST(Add, LetsThoseJoinThatAreNamedAndNoOthers) {
  const Settled cluster = with_two_new_workers();
  EXPECT_EQ(told(next_addition_step(cluster.wish, cluster.sight, {"w3"})), "join workers: w3\n");
}

TEST(Add, IsDoneWhereAllAreIn) {
  const Settled cluster = with_two_new_workers();
  EXPECT_TRUE(next_addition_step(cluster.wish, cluster.sight, {"w1"}).is_done());
}

TEST(Add, LeavesOutANodeThatDoesNotAnswerAndWasNeverIn) {
  Settled cluster(1, 2);
  cluster.kill("w2");
  cluster.node("w2").listed.reset();
  EXPECT_TRUE(next_addition_step(cluster.wish, cluster.sight, {"w1"}).is_done());
  EXPECT_EQ(told(next_addition_step(cluster.wish, cluster.sight, {"w2"})),
            "no: 'w2' does not answer, so it cannot join -> once it does: provisioner cluster add "
            "w2; or take it out of the inventory\n");
}

TEST(Add, BeginsNoCluster) {
  Settled cluster(1, 1);
  for (const char* name : {"c1", "w1"}) cluster.node(name) = {.answers = true};
  EXPECT_EQ(told(next_addition_step(cluster.wish, cluster.sight, {"w1"})),
            "no: no control-plane node that answers is in a cluster -> provisioner cluster up sim "
            "begins one\n");
}

}  // namespace
}  // namespace provisioner::kubernetes
