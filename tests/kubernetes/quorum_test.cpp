// What may happen to etcd's votes, and to the nodes that have them.

#include "provisioner/cluster/kubernetes/quorum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/cluster/kubernetes/away.h"
#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

using testing::HasSubstr;
using tests::Settled;

// "++-l": a letter a member, n1 first: '+' healthy, '-' not, 'l' a learner.
std::vector<EtcdMember> members_of(const std::string& states) {
  std::vector<EtcdMember> members;
  for (const char state : states) {
    const std::size_t number = members.size() + 1;
    members.push_back({.id = MemberId{number},
                       .name = "n" + std::to_string(number),
                       .is_learner = state == 'l',
                       .is_healthy = state == '+'});
  }
  return members;
}

std::string text_of(const std::optional<Objection>& objection) {
  return objection ? objection->text : "may";
}

std::string leave(const std::string& states, const std::vector<std::string>& names) {
  return text_of(away_objection(members_of(states), names, "main"));
}

std::string removed(const std::string& states, std::uint64_t id) {
  return text_of(removal_objection(members_of(states), MemberId{id}, "main"));
}

TEST(Quorum, IsMoreThanHalfOfTheVoters) {
  EXPECT_FALSE(quorum_objection(members_of("+")));
  EXPECT_FALSE(quorum_objection(members_of("++-")));
  EXPECT_FALSE(quorum_objection(members_of("+++--l")));
  EXPECT_EQ(text_of(quorum_objection(members_of("+-"))),
            "etcd has no quorum: 1 of 2 etcd members are healthy, and 2 are needed ('n2' missing)");
  EXPECT_EQ(text_of(quorum_objection({})), "no member of etcd answers");
}

TEST(Quorum, LetsAVoterLeaveForAWhileWhereTheOthersAreEnough) {
  EXPECT_EQ(leave("+++", {"n1"}), "may");
  EXPECT_EQ(leave("+++++", {"n1", "n2"}), "may");
  EXPECT_EQ(leave("++-", {"n3"}), "may");
  EXPECT_EQ(leave("++-", {"n1"}),
            "2 of 3 etcd members are healthy; without 'n1' it would be 1, and 2 are needed");
  EXPECT_EQ(leave("+++", {"n1", "n3"}),
            "3 of 3 etcd members are healthy; without 'n1', 'n3' it would be 1, and 2 are needed");
  EXPECT_EQ(leave("+++l", {"n4"}), "may");
}

TEST(Quorum, HangsOnEachOfTwoAndOnTheOnlyOne) {
  EXPECT_EQ(leave("++", {"n1"}),
            "2 of 2 etcd members are healthy; without 'n1' it would be 1, and 2 are needed");
  EXPECT_EQ(leave("+", {"n1"}),
            "1 of 1 etcd members is healthy; without 'n1' it would be 0, and 1 is needed");
}

TEST(Quorum, IsAskedBeforeAndAfterARemoval) {
  EXPECT_EQ(removed("++-", 3), "may");
  EXPECT_EQ(removed("+++", 1), "may");
  EXPECT_EQ(removed("++", 1), "may");
  EXPECT_EQ(removed("+-", 2),
            "etcd has no quorum: 1 of 2 etcd members are healthy, and 2 are needed ('n2' missing)");
  EXPECT_EQ(removed("++-", 1),
            "2 of 3 etcd members are healthy; removing 'n1' would leave 1 of 2, and 2 are needed");
  EXPECT_EQ(removed("+++--", 1),
            "3 of 5 etcd members are healthy; removing 'n1' would leave 2 of 4, and 3 are needed");
  EXPECT_EQ(removed("+++--", 5), "may");
  EXPECT_EQ(removed("+", 1), "'n1' is the last member of etcd");
  EXPECT_EQ(removed("+++", 0xff), "etcd has no member ff");
}

TEST(Quorum, DoesNotHangOnALearner) {
  EXPECT_EQ(removed("++-l", 4), "may");
  EXPECT_EQ(removed("+l", 2), "may");
  EXPECT_EQ(removed("+--l", 4),
            "etcd has no quorum: 1 of 3 etcd members are healthy, and 2 are needed "
            "('n2', 'n3' missing)");
}

TEST(Quorum, GrowsOnlyWhileAllAreWell) {
  EXPECT_FALSE(addition_objection(members_of("+")));
  EXPECT_FALSE(addition_objection(members_of("++")));
  EXPECT_EQ(text_of(addition_objection(members_of("++-"))),
            "2 of 3 etcd members are healthy, and no member may join before 'n3' is back or "
            "removed");
  EXPECT_EQ(text_of(addition_objection(members_of("+l"))),
            "another member is joining: 'n2' is a learner still");
}

TEST(Quorum, IsWorthNothingWithAnAlarm) {
  std::vector<EtcdMember> members = members_of("+++");
  EXPECT_FALSE(alarm_objection(members));
  members[1].is_without_space = true;
  EXPECT_THAT(text_of(alarm_objection(members)), HasSubstr("'n2' has no space left"));
  members[1].is_corrupt = true;
  EXPECT_THAT(text_of(alarm_objection(members)), HasSubstr("'n2' is corrupt"));
  members[0].is_corrupt = true;
  EXPECT_EQ(alarm_objection(members)->text,
            "the databases of 'n1', 'n2' are corrupt: etcd has alarms, and refuses what is written "
            "to it");
  EXPECT_EQ(alarm_objection(members)->hint,
            "take all members back to one snapshot: provisioner cluster etcd restore");
}

TEST(Away, IsOneControlPlaneNodeAtATime) {
  const Settled cluster(3, 2);
  const auto ask = [&](const std::vector<std::string>& nodes) {
    return text_of(away_objection(cluster.wish, cluster.sight, nodes));
  };
  EXPECT_EQ(ask({"c1"}), "may");
  EXPECT_EQ(ask({"w1", "w2"}), "may");
  EXPECT_EQ(ask({"c1", "w1"}), "may");
  EXPECT_EQ(ask({"c1", "c2"}), "of the control plane one node at a time: c1, c2");
}

TEST(Away, IsNoSecondControlPlaneNodeForWhateverReason) {
  const auto ask = [](const std::function<void(Settled&)>& change) {
    Settled cluster(3);
    change(cluster);
    return text_of(away_objection(cluster.wish, cluster.sight, {"c1"}));
  };
  EXPECT_EQ(ask([](Settled& it) { it.kill("c2"); }), "'c2' does not answer, so 'c1' must stay");
  EXPECT_EQ(ask([](Settled& it) { it.node("c3").listed->away = Away::draining; }),
            "'c3' is drained, so 'c1' must stay");
  EXPECT_EQ(ask([](Settled& it) { it.node("c3").listed->is_ready = false; }),
            "'c3' is not ready, so 'c1' must stay");
  EXPECT_EQ(ask([](Settled& it) { it.member("c2").is_learner = true; }),
            "'c2' has no vote in etcd, so 'c1' must stay");
  EXPECT_EQ(ask([](Settled& it) { it.member("c2").is_healthy = false; }),
            "'c2' has an etcd that does not take part, so 'c1' must stay");
  EXPECT_EQ(ask([](Settled& it) { it.sight.etcd->views[1].cluster = EtcdClusterId{9}; }),
            "etcd's members do not belong to one cluster");
}

TEST(Away, IsNotTheOnlyControlPlaneNode) {
  const Settled cluster(1);
  EXPECT_THAT(text_of(away_objection(cluster.wish, cluster.sight, {"c1"})),
              HasSubstr("without 'c1' it would be 0"));
}

std::string departure(const Settled& cluster, const std::vector<std::string>& nodes,
                      Departure how = Departure::for_a_while) {
  std::string text;
  for (const auto& [node, objection] :
       departure_objections(cluster.wish, cluster.sight, nodes, how))
    text += node + ": " + objection.text + (objection.is_lasting ? " (lasting)\n" : "\n");
  return text;
}

TEST(Departure, IsRefusedToAWorkerThatTakesPods) {
  Settled cluster(3, 1);
  EXPECT_EQ(departure(cluster, {"w1"}), "w1: 'w1' takes pods of 'sim' (lasting)\n");
  cluster.node("w1").listed->is_cordoned = true;
  EXPECT_EQ(departure(cluster, {"w1"}), "");
}

TEST(Departure, IsOneControlPlaneNodeAtATime) {
  Settled cluster(3);
  EXPECT_EQ(departure(cluster, {"c1"}), "");
  EXPECT_THAT(departure(cluster, {"c1", "c2"}), HasSubstr("c2: of the control plane one node"));
  cluster.kill("c2");
  EXPECT_EQ(departure(cluster, {"c1"}), "c1: 'c2' does not answer, so 'c1' must stay\n");
}

TEST(Departure, IsNoneOfANodeThatIsDownButForItsDisks) {
  Settled cluster(3);
  cluster.kill("c1");
  cluster.kill("c2");
  cluster.member("c1").is_healthy = cluster.member("c2").is_healthy = false;
  EXPECT_EQ(departure(cluster, {"c1"}), "");
  EXPECT_THAT(departure(cluster, {"c1"}, Departure::erased), HasSubstr("'c2' does not answer"));
}

TEST(Departure, LetsTheOnlyControlPlaneNodeComeBackAndNotBeErased) {
  const Settled cluster(1, 0);
  EXPECT_EQ(departure(cluster, {"c1"}), "");
  EXPECT_THAT(departure(cluster, {"c1"}, Departure::erased), HasSubstr("c1: "));
}

TEST(Departure, WaitsForACommandThatChangesTheCluster) {
  Settled cluster(1, 2);
  cluster.node("w2") = {};

  const auto objections = objections_at_work(cluster.sight, {"c1", "w1", "w2"});

  EXPECT_EQ(objections.at("c1").text, "another command is at work on it");
  EXPECT_EQ(objections.at("c1").hint, "wait for its end");
  EXPECT_FALSE(objections.at("w1").is_lasting);
  EXPECT_FALSE(objections.contains("w2"));
}

TEST(Departure, IsFreeWhereThereIsNoClusterYet) {
  const tests::SimulatedCluster cluster(3, 1, {1, 34, 4});
  const ClusterSight sight = cluster.look();
  EXPECT_TRUE(
      departure_objections(cluster.wish, sight, {"c1", "c2", "w1"}, Departure::erased).empty());
}

}  // namespace
}  // namespace provisioner::kubernetes
