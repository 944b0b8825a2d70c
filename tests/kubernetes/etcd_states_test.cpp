// What is wrong with etcd, by name.

#include "provisioner/cluster/kubernetes/etcd_states.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

using testing::HasSubstr;
using tests::Settled;

std::string states_of(const Settled& cluster) {
  std::string text;
  for (const EtcdState& state : etcd_states(cluster.wish, cluster.sight))
    text += std::string(name_of(state.trouble)) + ": " + state.text + " -> " + state.next + "\n";
  return text;
}

TEST(EtcdStates, AreNoneWhereAllIsWellOrNothingIsThere) {
  EXPECT_EQ(states_of(Settled(1)), "");
  EXPECT_EQ(states_of(Settled(5)), "");
  const tests::SimulatedCluster blank(3, 0, {1, 34, 4});
  EXPECT_TRUE(etcd_states(blank.wish, blank.look()).empty());
}

TEST(EtcdStates, AreNotTakenForWellWhereNobodyAnswers) {
  Settled cluster(1);
  cluster.kill("c1");
  cluster.sight.etcd.reset();
  EXPECT_EQ(states_of(cluster),
            "silent: no member of etcd answers, and 'c1' does not either -> bring it back: "
            "provisioner power c1 status\n");
}

TEST(EtcdStates, NameALearnerThatWasLeft) {
  Settled cluster(3);
  cluster.member("c3").is_learner = true;
  EXPECT_EQ(states_of(cluster),
            "learner left: 'c3' is a learner: its join did not end -> provisioner cluster up sim\n"
            "too few: etcd has 2 voters, the inventory asks for 3 -> provisioner cluster up sim\n"
            "even count: etcd has 2 voters: it bears the loss of 0, as 1 do -> provisioner cluster "
            "up sim\n");
}

TEST(EtcdStates, NameAMemberThatHasNeverStarted) {
  Settled cluster(3);
  cluster.member("c3").is_healthy = false;
  cluster.member("c3").is_learner = true;
  cluster.member("c3").peer_urls = {"https://10.0.0.3:2380"};
  cluster.member("c3").name = "";
  EXPECT_THAT(states_of(cluster),
              HasSubstr("unstarted member: the member at https://10.0.0.3:2380 was added to etcd "
                        "and has never started -> provisioner cluster up sim\n"));
}

TEST(EtcdStates, NameAnOrphanAndWhetherItMayGo) {
  Settled cluster(3);
  cluster.sight.etcd->members.push_back(
      {.id = MemberId{0xabc}, .peer_urls = {"https://10.9.9.9:2380"}, .is_learner = true});
  EXPECT_EQ(states_of(cluster),
            "orphan: the member at https://10.9.9.9:2380 (abc) is a learner that nobody will bring "
            "back -> safe to remove: provisioner cluster up sim\n");
  cluster.kill("c1");
  cluster.kill("c2");
  EXPECT_THAT(states_of(cluster), HasSubstr("not safe to remove now: etcd has no quorum"));
}

TEST(EtcdStates, NameAlarms) {
  Settled cluster(3);
  cluster.member("c2").is_without_space = true;
  cluster.member("c2").size = 2147483648;
  cluster.member("c3").is_corrupt = true;
  EXPECT_EQ(states_of(cluster),
            "corrupt: the database of 'c3' is corrupt -> provisioner cluster rejoin c3\n"
            "no space: the database of 'c2' has no space left (2147483648 bytes): all writes are "
            "refused -> provisioner cluster etcd defragment sim\n");
}

TEST(EtcdStates, NameAlarmsOfNoMember) {
  Settled cluster(3);
  cluster.sight.etcd->left_alarms = {MemberId{0xabc}};
  cluster.sight.etcd->is_undecided = true;
  EXPECT_EQ(states_of(cluster),
            "corrupt: etcd's members have different data, and it cannot tell whose is wrong -> "
            "provisioner cluster etcd restore takes all members back to one snapshot\n"
            "alarm left: member abc has left, and its alarm stays: all writes are refused -> "
            "provisioner cluster up sim\n");
}

TEST(EtcdStates, NameAMemberThatWasRemovedAndWhatRunsOfIt) {
  Settled cluster(3);
  cluster.remove_member("c3");
  EXPECT_THAT(states_of(cluster),
              HasSubstr("removed member: the etcd of 'c3' is no member any more, and its node "
                        "would start it again -> provisioner cluster up sim\n"));
  cluster.node("c3").etcd_process = 4711;
  EXPECT_THAT(states_of(cluster), HasSubstr("and it still runs (process 4711) -> "));
  cluster.wish.control.pop_back();
  EXPECT_THAT(states_of(cluster), HasSubstr(" -> provisioner cluster remove c3\n"));
}

TEST(EtcdStates, NameALostMember) {
  Settled cluster(3);
  cluster.kill("c2");
  cluster.member("c2").problem = "'context deadline exceeded'";
  EXPECT_EQ(
      states_of(cluster),
      "lost member: 'c2' does not take part in etcd: 'context deadline exceeded' -> bring its "
      "node back; where it is lost: provisioner cluster rejoin c2\n");
}

TEST(EtcdStates, NameALostQuorum) {
  Settled cluster(3);
  cluster.kill("c2");
  cluster.kill("c3");
  EXPECT_THAT(states_of(cluster),
              HasSubstr("no quorum: etcd has no quorum: 1 of 3 etcd members are "
                        "healthy, and 2 are needed"));
}

TEST(EtcdStates, NameASnapshotThatWasRestoredOnOneNode) {
  Settled cluster(3);
  cluster.sight.etcd->views[2].cluster = EtcdClusterId{0xbeef};
  EXPECT_THAT(states_of(cluster),
              HasSubstr("split: 'c1' is in the etcd cluster 1 and 'c3' in beef: one of them was "
                        "restored or begun by itself -> keep the one whose data counts"));
}

TEST(EtcdStates, NameListsThatDiffer) {
  Settled cluster(3);
  cluster.sight.etcd->views[1].members.pop_back();
  EXPECT_THAT(states_of(cluster),
              HasSubstr("lists differ: 'c1' and 'c2' have different lists of members"));
}

TEST(EtcdStates, NameAStrangerWhoVotes) {
  Settled cluster(3);
  cluster.wish.control.pop_back();
  EXPECT_THAT(
      states_of(cluster),
      HasSubstr("stranger: 'c3' votes in etcd and is no control-plane node of the inventory "
                "-> provisioner cluster remove c3\n"));
}

TEST(EtcdStates, NameAnEtcdThatIsSilentAndHasData) {
  Settled cluster(1);
  cluster.sight.etcd.reset();
  EXPECT_EQ(
      states_of(cluster),
      "silent: no member of etcd answers, and 'c1' has its data -> look at the kubelet and at "
      "etcd's log on 'c1'\n");
}

TEST(EtcdStates, NameAnEvenCount) {
  Settled cluster(3);
  cluster.member("c4").is_healthy = true;
  EXPECT_THAT(
      states_of(cluster),
      HasSubstr("even count: etcd has 4 voters: it bears the loss of 1, as 3 do -> take out "
                "the member that no control-plane node stands behind\n"));
}

}  // namespace
}  // namespace provisioner::kubernetes
