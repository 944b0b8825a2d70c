// What `cluster remove` does next.

#include "provisioner/cluster/kubernetes/removal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::cluster_at;
using tests::Settled;
using tests::SimulatedCluster;
using tests::told;

std::string removal_told(const Settled& cluster, const std::string& node) {
  return told(next_removal_step(cluster.wish, cluster.sight, node));
}

TEST(Removal, DrainsThenLeavesEtcdThenResetsThenForgets) {
  for (const std::string node : {"c2", "w1"}) {
    SimulatedCluster cluster = cluster_at(3, 1, {1, 34, 4});
    std::string way;
    while (const auto step = next_removal_step(cluster.wish, cluster.look(), node).step) {
      way += std::string(name_of(step->act)) + "\n";
      cluster.perform(*step);
    }
    EXPECT_EQ(way, node == "c2" ? "drain\nremove etcd member\nreset\ndelete node\n"
                                : "drain\nreset\ndelete node\n");
    EXPECT_EQ(cluster.violation(), "");
    while (const auto step = next_step(cluster.wish, cluster.look()).step) cluster.perform(*step);
    EXPECT_TRUE(next_step(cluster.wish, cluster.look()).is_done()) << "it comes back";
  }
}

TEST(Removal, GoesOnWhereverItWasCutOff) {
  for (std::size_t cut = 0; cut < 5; ++cut) {
    SimulatedCluster cluster = cluster_at(3, 0, {1, 34, 4});
    const auto next = [&] { return next_removal_step(cluster.wish, cluster.look(), "c2"); };
    while (next().step && next().step->act != Act::reset) cluster.perform(*next().step);
    cluster.perform(*next().step, cut);
    while (const auto step = next().step) cluster.perform(*step);
    EXPECT_TRUE(next().is_done()) << cut;
    EXPECT_FALSE(cluster.look().node("c2").has_traces()) << cut;
  }
}

TEST(Removal, RefusesWhatTheQuorumHangsOn) {
  Settled cluster(3);
  cluster.kill("c3");
  EXPECT_EQ(
      removal_told(cluster, "c1"),
      "no: 2 of 3 etcd members are healthy; removing 'c1' would leave 1 of 2, and 2 are needed "
      "-> bring back those that are missing first: provisioner cluster status sim\n");
  EXPECT_THAT(removal_told(Settled(1), "c1"), HasSubstr("no: 'c1' is the last member of etcd"));
}

TEST(Removal, TakesADeadNodeOutWithoutAskingIt) {
  Settled cluster(3);
  cluster.kill("c3");
  EXPECT_EQ(removal_told(cluster, "c3"),
            "remove etcd member (member 8000000000000003): 'c3' leaves the cluster\n"
            "note: 'c3' does not answer: reset it before it comes back\n");
  cluster.remove_member("c3");
  EXPECT_THAT(removal_told(cluster, "c3"), HasSubstr("delete node: c3\n"));
  cluster.node("c3").listed.reset();
  EXPECT_TRUE(next_removal_step(cluster.wish, cluster.sight, "c3").is_done());
}

TEST(Removal, SaysWhyADeadNodeIsSilent) {
  Settled cluster(3);
  cluster.kill("c3");
  cluster.node("c3").silence = "connection refused";
  EXPECT_THAT(removal_told(cluster, "c3"),
              HasSubstr("note: 'c3' does not answer (connection refused): reset it before"));
}

// A drain waits for the node's own kubelet to end each pod.
TEST(Removal, DrainsNoNodeWhoseKubeletIsNotReady) {
  Settled cluster(3);
  cluster.node("w1").listed->is_ready = false;
  cluster.node("w1").listed->unready_for = std::chrono::minutes(2);
  EXPECT_EQ(removal_told(cluster, "w1"),
            "reset: w1\n"
            "note: 'w1' is not ready: its pods are not moved elsewhere first, they end with its "
            "reset\n");
  cluster.node("w1").listed->away = Away::drained;
  EXPECT_EQ(removal_told(cluster, "w1"), "reset: w1\n");
  cluster.node("c2").listed->is_ready = false;
  cluster.node("c2").listed->unready_for = std::chrono::minutes(2);
  EXPECT_THAT(removal_told(cluster, "c2"), HasSubstr("remove etcd member"));
}

TEST(Removal, WaitsForANodeThatHasNotBeenReadyForAMoment) {
  Settled cluster(3);
  cluster.wish.deadline_factor = 2;
  cluster.node("w1").listed->is_ready = cluster.node("c2").listed->is_ready = false;
  const std::string refused =
      "no: 'w1' is not ready, as far as is known for less than 4 minutes: once it is ready again, "
      "its pods are moved elsewhere before it leaves -> the same command, when it is ready or that "
      "time has gone by: provisioner cluster status sim\n";
  EXPECT_EQ(removal_told(cluster, "w1"), refused) << "nobody knows since when";
  cluster.node("w1").listed->unready_for = std::chrono::seconds(239);
  EXPECT_EQ(removal_told(cluster, "w1"), refused);
  cluster.node("w1").listed->unready_for = std::chrono::seconds(-5);
  EXPECT_EQ(removal_told(cluster, "w1"), refused) << "clocks differ";
  cluster.node("w1").listed->away = Away::drained;
  EXPECT_EQ(removal_told(cluster, "w1"), "reset: w1\n");
  cluster.node("c2").listed->unready_for = std::chrono::minutes(1);
  EXPECT_THAT(removal_told(cluster, "c2"), HasSubstr("no: 'c2' is not ready"));
  cluster.member("c2").is_corrupt = true;
  EXPECT_THAT(removal_told(cluster, "c2"), HasSubstr("remove etcd member"));
}

TEST(Removal, DrainsNoNodeThatHasANewDisk) {
  Settled cluster(3);
  cluster.wipe("w1");
  EXPECT_EQ(removal_told(cluster, "w1"), "delete node: w1\n");
  cluster.node("w1").listed->is_ready = true;  // as its former life has told the API last
  EXPECT_EQ(removal_told(cluster, "w1"), "delete node: w1\n");
}

TEST(Removal, StillMindsTheQuorumOfANodeThatIsNotReady) {
  Settled cluster(3);
  cluster.kill("c3");
  cluster.node("c1").listed->is_ready = false;
  EXPECT_THAT(removal_told(cluster, "c1"), HasSubstr("no: 2 of 3 etcd members are healthy"));
}

TEST(Removal, TakesNoControlPlaneNodeOutWhileAnotherOneIsAway) {
  Settled cluster(3);
  cluster.node("c3").listed->away = Away::drained;
  EXPECT_THAT(removal_told(cluster, "c1"), HasSubstr("no: 'c3' is drained, so 'c1' must stay"));
}

TEST(Removal, ResetsANodeOfAnotherClusterWhateverBecomesOfThisOne) {
  Settled cluster(1);
  cluster.wipe("w1");
  cluster.node("w1").listed.reset();
  cluster.node("w1").ca = "another";
  cluster.sight.is_api_up = false;
  EXPECT_EQ(removal_told(cluster, "w1"), "reset: w1\n");
  cluster.node("w1").ca = cluster.node("c1").ca;
  EXPECT_THAT(removal_told(cluster, "w1"), HasSubstr("no: the API does not answer"));
}

TEST(Removal, TakesACorruptMemberOutBeforeAnythingIsWritten) {
  SimulatedCluster cluster = cluster_at(3, 0, {1, 34, 4});
  cluster.corrupt("c2");
  std::string way;
  while (const auto step = next_removal_step(cluster.wish, cluster.look(), "c2").step) {
    way += step->text() + "\n";
    cluster.perform(*step);
  }
  EXPECT_EQ(way,
            "remove etcd member (member 8000000000000002): its data is corrupt\n"
            "disarm alarms: member 8000000000000002 has left, its alarm stays\n"
            "drain: c2\n"
            "reset: c2\n"
            "delete node: c2\n");
  EXPECT_EQ(cluster.violation(), "");
  while (const auto step = next_step(cluster.wish, cluster.look()).step) cluster.perform(*step);
  EXPECT_TRUE(next_step(cluster.wish, cluster.look()).is_done()) << "it comes back";
}

TEST(Removal, TakesNobodyElseOutWhileAMemberIsCorrupt) {
  Settled cluster(3);
  cluster.member("c2").is_corrupt = true;
  const std::string refused =
      "no: the database of 'c2' is corrupt: etcd has an alarm, and refuses what is written to it "
      "-> take that node out and in again: provisioner cluster rejoin c2\n";
  EXPECT_EQ(removal_told(cluster, "c1"), refused);
  EXPECT_EQ(removal_told(cluster, "w1"), refused);
  cluster.sight.is_api_up = false;
  EXPECT_THAT(removal_told(cluster, "c2"), HasSubstr("remove etcd member"));
}

TEST(Removal, TakesNoCorruptMemberOutWhomTheOthersNeed) {
  Settled cluster(3);
  cluster.member("c2").is_corrupt = true;
  cluster.kill("c3");
  EXPECT_EQ(
      removal_told(cluster, "c2"),
      "no: 2 of 3 etcd members are healthy; removing 'c2' would leave 1 of 2, and 2 are needed "
      "-> bring back those that are missing first: provisioner cluster status sim\n");
}

TEST(Removal, TakesNoCorruptMemberOutByTheWordOfOneOther) {
  Settled cluster(3);
  cluster.remove_member("c3");
  cluster.member("c2").is_corrupt = true;
  EXPECT_EQ(removal_told(cluster, "c2"),
            "no: the database of 'c2' is corrupt by the word of one other member: nobody knows "
            "whose is right -> take all members back to one snapshot: provisioner cluster etcd "
            "restore\n");
}

TEST(Removal, TakesNoneOfSeveralCorruptMembersOut) {
  Settled cluster(5);
  cluster.member("c2").is_corrupt = cluster.member("c3").is_corrupt = true;
  EXPECT_THAT(removal_told(cluster, "c2"),
              HasSubstr("no: the databases of 'c2', 'c3' are corrupt"));
  cluster.member("c3").is_corrupt = false;
  cluster.sight.etcd->is_undecided = true;
  EXPECT_EQ(removal_told(cluster, "c2"),
            "no: etcd's members have different data, and it cannot tell whose is wrong -> take all "
            "members back to one snapshot: provisioner cluster etcd restore\n");
}

TEST(Removal, KeepsDataOfEtcdThatMayBeTheLast) {
  Settled cluster(1);
  cluster.sight.etcd.reset();
  cluster.sight.is_api_up = false;
  cluster.node("c1").listed.reset();
  EXPECT_THAT(removal_told(cluster, "c1"), Not(HasSubstr("reset")));
}

}  // namespace
}  // namespace provisioner::kubernetes
