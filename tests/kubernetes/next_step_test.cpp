// What `cluster up` does next, one rule after the other.

#include "provisioner/cluster/kubernetes/next_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/cluster/kubernetes/standing.h"
#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::Settled;
using tests::SimulatedCluster;
using tests::told;

std::string told_of(const Settled& cluster) { return told(next_step(cluster.wish, cluster.sight)); }

TEST(NextStep, GoesTheWholeWayOneStepAtATime) {
  SimulatedCluster cluster(3, 2, {1, 34, 4});
  std::string way;
  while (const auto step = next_step(cluster.wish, cluster.look()).step) {
    way += step->text() + "\n";
    cluster.perform(*step);
  }
  EXPECT_EQ(way,
            "prepare: c1, c2, c3, w1, w2\n"
            "init: c1: there is no cluster yet\n"
            "pod network\n"
            "join control plane: c2\n"
            "join control plane: c3\n"
            "join workers: w1, w2\n"
            "label: w1, w2\n"
            "wait until ready: c1, c2, c3, w1, w2\n");
  EXPECT_EQ(cluster.violation(), "");
}

TEST(NextStep, DoesNothingToAClusterThatIsWhole) {
  EXPECT_TRUE(next_step(Settled(3).wish, Settled(3).sight).is_done());
  EXPECT_EQ(told_of(Settled(1)), "");
}

TEST(NextStep, BeginsNothingWhileAControlPlaneNodeMayHaveTheAuthority) {
  SimulatedCluster cluster(3, 1, {1, 34, 4});
  cluster.kill("c2");
  EXPECT_EQ(
      told(next_step(cluster.wish, cluster.look())),
      "no: 'c2' does not answer and may have the CA of this cluster: no second one is made -> "
      "bring it back, or take it out of the group 'control'\n");
}

TEST(NextStep, BeginsWithoutASilentWorker) {
  SimulatedCluster cluster(1, 2, {1, 34, 4});
  cluster.kill("w2");
  EXPECT_EQ(told(next_step(cluster.wish, cluster.look())), "prepare: c1, w1\n");
}

TEST(NextStep, BeginsNothingWhereAWorkerHasJoinedBefore) {
  SimulatedCluster cluster(1, 1, {1, 34, 4});
  ClusterSight sight = cluster.look();
  sight.nodes["w1"].ca = "0123456789abcdef0123456789abcdef";
  EXPECT_THAT(told(next_step(cluster.wish, sight)),
              HasSubstr("no: 'w1' belongs to a cluster with the CA 0123456789abcdef, and no "
                        "control-plane node has it"));
}

TEST(NextStep, BeginsNothingBesideAnApiThatAnswers) {
  SimulatedCluster cluster(1, 0, {1, 34, 4});
  ClusterSight sight = cluster.look();
  sight.is_api_up = true;
  EXPECT_THAT(told(next_step(cluster.wish, sight)),
              HasSubstr("no: the API answers at 'api.sim', and no control-plane node of the "
                        "inventory has a CA"));
}

TEST(NextStep, BeginsNothingOverDataOfEtcd) {
  SimulatedCluster cluster(1, 0, {1, 34, 4});
  ClusterSight sight = cluster.look();
  sight.nodes["c1"].has_etcd_data = true;
  EXPECT_THAT(told(next_step(cluster.wish, sight)),
              HasSubstr("no: 'c1' has data of etcd, and no control-plane node has a CA"));
}

// Found by a state at random: marks of an init that has ended, and no CA.
TEST(NextStep, BeginsNothingOnANodeThatLostItsAuthority) {
  SimulatedCluster cluster(1, 0, {1, 34, 4});
  ClusterSight sight = cluster.look();
  sight.nodes["c1"].is_preflight_passed = sight.nodes["c1"].is_init_complete = true;
  sight.nodes["c1"].has_kubelet_config = true;
  EXPECT_THAT(
      told(next_step(cluster.wish, sight)),
      HasSubstr("no: 'c1' has a kubelet that has joined a cluster, and no control-plane node "
                "has a CA"));
}

TEST(NextStep, BeginsNothingWhereAStrangerOfTheSiteIsSilentOrHasAnAuthority) {
  SimulatedCluster cluster(1, 0, {1, 34, 4});
  ClusterSight sight = cluster.look();
  sight.nodes["c9"] = {};
  EXPECT_THAT(told(next_step(cluster.wish, sight)), HasSubstr("no: 'c9' does not answer and may"));
  sight.nodes["c9"].answers = true;
  sight.nodes["c9"].ca = "feed";
  EXPECT_THAT(told(next_step(cluster.wish, sight)),
              HasSubstr("no: 'c9' belongs to a cluster with the CA feed"));
}

TEST(NextStep, GoesOnWithAnInitWhereverItWasCutOff) {
  for (std::size_t cut = 1; cut < 10; ++cut) {
    SimulatedCluster cluster(3, 0, {1, 34, 4});
    cluster.perform(*next_step(cluster.wish, cluster.look()).step);
    cluster.perform(*next_step(cluster.wish, cluster.look()).step, cut);
    const Next next = next_step(cluster.wish, cluster.look());
    ASSERT_TRUE(next.step) << cut;
    const bool is_whole = cut == 9;  // all that it does
    EXPECT_EQ(next.step->act, is_whole ? Act::pod_network : Act::continue_init) << cut;
    EXPECT_EQ(cluster.violation(), "") << cut;
  }
}

TEST(NextStep, NamesThePhaseThatAnInitStoppedIn) {
  Settled cluster(1, 0);
  NodeSight& node = cluster.node("c1");
  node.is_init_complete = false;
  std::string phases;
  const auto tell = [&] { phases += std::string(init_phase(node, cluster.sight)) + "\n"; };
  EXPECT_EQ(told_of(cluster), "continue init: c1: it was begun, and its mark is missing\n");
  cluster.sight.proxy.reset();
  tell();
  node.listed->labels.clear();
  tell();
  cluster.sight.configured.reset();
  tell();
  cluster.sight.is_api_up = false;
  EXPECT_EQ(told_of(cluster),
            "continue init: c1: it was begun, and stopped in its phase 'wait-control-plane'\n");
  node.has_etcd_data = false;
  tell();
  node.has_manifests = false;
  tell();
  node.has_kubelet_config = false;
  tell();
  node.ca.clear();
  tell();
  EXPECT_EQ(phases,
            "addon\nmark-control-plane\nupload-config\nkubelet-start\ncontrol-plane\nkubeconfig\n"
            "certs\n");
}

TEST(NextStep, NamesBothNodesWhereThereAreTwoAuthorities) {
  Settled cluster(3);
  cluster.node("c1").ca = "1111222233334444aaaa";
  cluster.node("c2").ca = "1111222233334444aaaa";
  cluster.node("c3").ca = "5555666677778888bbbb";
  EXPECT_EQ(
      told_of(cluster),
      "no: 'c1' has the CA 1111222233334444 and 'c3' the CA 5555666677778888: they are of two "
      "clusters -> find out which is the right one, and reset the other: provisioner cluster "
      "remove NODE\n");
}

TEST(NextStep, LeavesAWorkerOfAnotherClusterAlone) {
  Settled cluster(1, 2);
  cluster.wipe("w1");
  cluster.node("w1").ca = "another";
  cluster.wipe("w2");
  EXPECT_THAT(told_of(cluster), HasSubstr("join workers: w2\n"));
  EXPECT_THAT(told_of(cluster), HasSubstr("no: 'c1' has the CA 1 and 'w1' the CA another"));
}

TEST(NextStep, TakesBackAControlPlaneNodeThatWasReimaged) {
  Settled cluster(3);
  cluster.wipe("c2");
  EXPECT_THAT(told_of(cluster), HasSubstr("remove etcd member (member 8000000000000002): 'c2' is "
                                          "in etcd's list and nowhere else\n"));
  cluster.remove_member("c2");
  EXPECT_EQ(told_of(cluster), "join control plane: c2\n");
}

TEST(NextStep, RemovesNoMemberOfAControlPlaneNodeThatIsOnlySilent) {
  Settled cluster(3);
  cluster.kill("c2");
  EXPECT_THAT(told_of(cluster), Not(HasSubstr("remove etcd member")));
  EXPECT_THAT(told_of(cluster), HasSubstr("note: 'c2' does not answer: it is left as it is\n"));
  EXPECT_THAT(told_of(cluster), HasSubstr("no: 2 of 3 etcd members are healthy, and no member may "
                                          "join before 'c2' is back or removed"));
}

TEST(NextStep, NamesASilentNodeThatIsToJoinAndLeavesTheRestToBeBroughtUpToDate) {
  Settled cluster(3, 2);
  cluster.kill("w2");
  cluster.node("w2").listed.reset();
  cluster.node("w2").silence = "connection timed out";
  EXPECT_EQ(told_of(cluster),
            "no: 'w2' does not answer (connection timed out), so it cannot join -> once it does: "
            "provisioner cluster add w2; or take it out of the inventory\n");
  const Next next = next_step(cluster.wish, cluster.sight);
  EXPECT_FALSE(next.is_done());
  EXPECT_TRUE(next.is_done_for_rest());
}

TEST(NextStep, WaitsOnceForANodeThatDoesNotBecomeReadyAndGoesOnWithoutIt) {
  Settled cluster(1, 2);
  cluster.node("w1").listed->is_ready = cluster.node("w2").listed->is_ready = false;
  EXPECT_EQ(told_of(cluster), "wait until ready: w1, w2\n");
  const Next next = next_step(cluster.wish, cluster.sight, {"w1", "w2"});
  EXPECT_EQ(told(next),
            "no: 'w1' does not become ready -> see to its kubelet (journalctl --unit kubelet), or "
            "take it out and in again: provisioner cluster rejoin w1\n"
            "no: 'w2' does not become ready -> see to its kubelet (journalctl --unit kubelet), or "
            "take it out and in again: provisioner cluster rejoin w2\n");
  EXPECT_TRUE(next.is_done_for_rest());
  cluster.node("w2").listed->is_ready = true;
  EXPECT_EQ(told(next_step(cluster.wish, cluster.sight, {"w2"})), "wait until ready: w1\n");
}

TEST(NextStep, SparesTheRestWhereAQuorumIsWellAndNeverWhereItIsNot) {
  const auto is_done_for_rest = [](const Settled& cluster) {
    return next_step(cluster.wish, cluster.sight).is_done_for_rest();
  };
  Settled one_lost(3);
  one_lost.kill("c2");
  EXPECT_TRUE(is_done_for_rest(one_lost));
  Settled two_lost(3);
  two_lost.kill("c2");
  two_lost.kill("c3");
  EXPECT_FALSE(is_done_for_rest(two_lost));
  Settled without_api(3);
  without_api.sight.is_api_up = false;
  EXPECT_FALSE(is_done_for_rest(without_api));
  Settled of_two(3);
  of_two.node("c3").ca = "another";
  EXPECT_FALSE(is_done_for_rest(of_two));
}

TEST(NextStep, JoinsWorkersAlsoWhileAControlPlaneNodeIsSilent) {
  Settled cluster(3);
  cluster.kill("c2");
  cluster.wipe("w1");
  EXPECT_THAT(told_of(cluster), HasSubstr("join workers: w1\n"));
}

TEST(NextStep, UndoesAHalfJoinWithItsLearner) {
  Settled cluster(3);
  cluster.member("c3").is_learner = true;
  cluster.node("c3").listed.reset();
  EXPECT_EQ(told_of(cluster),
            "undo half join: c3 (member 8000000000000003): its join or its reset was cut off\n");
  cluster.remove_member("c3");
  EXPECT_EQ(told_of(cluster), "undo half join: c3: its join or its reset was cut off\n");
}

TEST(NextStep, FinishesAJoinWhoseVoteCountsAlready) {
  Settled cluster(3);
  cluster.node("c3").listed->labels.clear();
  EXPECT_THAT(told_of(cluster), HasSubstr("finish join: c3"));
}

TEST(NextStep, UndoesNoControlPlaneThatVotes) {
  Settled cluster(3);
  cluster.node("c3").has_kubelet_config = false;
  EXPECT_EQ(told_of(cluster),
            "no: 'c3' votes in etcd, and lacks a part of its control plane -> take it out and in "
            "again: provisioner cluster rejoin c3\n");
}

TEST(NextStep, UndoesNothingWhereThatWouldTakeTheQuorum) {
  Settled cluster(3);
  cluster.kill("c2");
  cluster.node("c3").listed->labels.clear();
  cluster.member("c3").is_healthy = false;
  EXPECT_THAT(told_of(cluster),
              HasSubstr("no: etcd has no quorum: 1 of 3 etcd members are healthy, "
                        "and 2 are needed ('c2', 'c3' missing)"));
}

TEST(NextStep, RemovesALearnerThatNobodyStarts) {
  Settled cluster(3);
  cluster.sight.etcd->members.push_back(
      {.id = MemberId{0xabc}, .peer_urls = {"https://10.9.9.9:2380"}, .is_learner = true});
  EXPECT_EQ(
      told_of(cluster),
      "remove etcd member (member abc): the member at https://10.9.9.9:2380 is in etcd's list "
      "and nowhere else\n");
}

TEST(NextStep, TouchesNoStrangerAndNamesIt) {
  Settled cluster(3, 2);
  cluster.wish.workers.pop_back();
  EXPECT_EQ(told_of(cluster),
            "note: 'w2' is in the cluster and not asked for: it is left as it is (provisioner "
            "cluster remove w2)\n");
}

TEST(NextStep, RemovesNoMemberOfAStrangerThatIsSilent) {
  Settled cluster(3);
  cluster.member("c9").is_healthy = false;
  cluster.sight.nodes["c9"] = {};
  EXPECT_THAT(told_of(cluster), Not(HasSubstr("remove etcd member")));
  cluster.sight.nodes["c9"].answers = true;
  EXPECT_THAT(told_of(cluster), HasSubstr("remove etcd member"));
}

TEST(NextStep, UndoesAHalfJoinedWorker) {
  Settled cluster(1);
  cluster.node("w1").listed.reset();
  EXPECT_EQ(told_of(cluster), "undo half join: w1: the join or the reset was cut off\n");
}

TEST(NextStep, MakesNoWorkerOfAControlPlane) {
  Settled cluster(3);
  cluster.node("w1").has_manifests = true;
  EXPECT_THAT(told_of(cluster),
              HasSubstr("no: 'w1' is asked for as a worker and has a control plane"));
}

TEST(NextStep, ChangesNothingWhileEtcdIsIll) {
  Settled full(3);
  full.wipe("w1");
  full.member("c2").is_without_space = true;
  EXPECT_THAT(told_of(full), HasSubstr("no: the database of 'c2' has no space left"));
  EXPECT_THAT(told_of(full), Not(HasSubstr("join")));

  Settled split(3);
  split.wipe("w1");
  split.sight.etcd->views.back().cluster = EtcdClusterId{2};
  EXPECT_EQ(
      told_of(split),
      "no: 'c1' has the etcd cluster 1 and 'c3' the etcd cluster 2: one was begun anew or "
      "restored by itself -> decide which one counts: provisioner cluster etcd members sim\n");
}

TEST(NextStep, ChangesNothingWithoutTheApi) {
  Settled cluster(3);
  cluster.wipe("w1");
  cluster.sight.is_api_up = false;
  EXPECT_THAT(told_of(cluster), HasSubstr("no: the API does not answer at 'api.sim'"));
}

TEST(NextStep, LeavesTheVersionToTheUpgrade) {
  Settled cluster(3);
  cluster.wish.version = {1, 35, 0};
  EXPECT_EQ(told_of(cluster),
            "no: the cluster is at 1.34.4, the inventory asks for 1.35.0 -> provisioner cluster "
            "upgrade --to 1.35.0\n");
}

TEST(NextStep, PutsNoOtherPodNetworkUnderPodsThatRun) {
  Settled cluster(3);
  cluster.wish.pod_network = "cilium";
  cluster.sight.pod_network = "flannel";
  EXPECT_EQ(told_of(cluster),
            "no: pods talk by flannel, the inventory asks for cilium: a change would cut off all "
            "that run -> say 'pod_network: flannel', or make the cluster anew\n");
  cluster.sight.pod_network = "cilium";
  EXPECT_EQ(told_of(cluster), "");
}

TEST(NextStep, JoinsNoWorkerThatIsNewerThanAnApiServer) {
  Settled cluster(3);
  cluster.wipe("w1");
  cluster.node("c2").control_plane = Version{1, 33, 13};
  EXPECT_THAT(told_of(cluster), HasSubstr("no: the upgrade has not ended: 'c2' has an API server "
                                          "of 1.33.13, so no worker of 1.34.4 may join"));
}

TEST(NextStep, PutsBackLabelsAndTaints) {
  Settled cluster(1, 2);
  cluster.node("w1").listed->labels["site/rack"] = "wrong";
  cluster.wish.workers[1].taints = {{"dedicated", "gpu", "NoSchedule"}};
  EXPECT_EQ(told_of(cluster), "label: w1, w2\n");
}

TEST(NextStep, TakesAwayWhatOfOursTheInventoryHasNoMore) {
  Settled cluster(1, 1);
  ListedNode& listed = *cluster.node("w1").listed;
  listed.labels["somebody/elses"] = "yes";
  listed.taints.push_back({"somebody/elses", "", "NoSchedule"});
  EXPECT_EQ(told_of(cluster), "");
  listed.own_taints = {"dedicated:NoSchedule"};
  EXPECT_EQ(told_of(cluster), "label: w1\n");
  listed.own_taints.clear();
  cluster.wish.workers[0].labels.clear();
  EXPECT_EQ(told_of(cluster), "label: w1\n");
  listed.own_labels.clear();
  EXPECT_EQ(told_of(cluster), "") << "of what we do not know to be ours nothing goes";
}

TEST(NextStep, TellsOfANodeThatWeHaveLeftDrained) {
  Settled cluster(1);
  cluster.node("w1").listed->away = Away::drained;
  EXPECT_EQ(told_of(cluster),
            "note: 'w1' was drained for something that has not ended (provisioner cluster uncordon "
            "w1)\n");
}

}  // namespace
}  // namespace provisioner::kubernetes
