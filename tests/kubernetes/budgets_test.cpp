// Disruption budgets, before a node is drained.

#include "provisioner/cluster/kubernetes/budgets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/kubernetes/read_budgets.h"
#include "provisioner/cluster/kubernetes/removal.h"
#include "provisioner/cluster/kubernetes/upgrade.h"
#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using tests::Settled;
using tests::told;

// NAMESPACE NAME ALLOWED HEALTHY NEEDED EXPECTED POLICY SELECTOR
constexpr const char* database_budget =
    "db\tpostgres\t0\t1\t1\t1\t\t{\"matchLabels\":{\"app\":\"postgres\"}}\n";

// NAMESPACE NAME NODE DELETED OWNER MIRROR READY LABELS
std::string pod(const std::string& name, const std::string& labels,
                const std::string& middle = "\tStatefulSet\t\tTrue") {
  return "db\t" + name + "\tw1\t" + middle + "\t" + labels + "\n";
}

std::string names_of(const std::vector<HeldPod>& held) {
  std::string names;
  for (const HeldPod& one : held) names += one.pod + " by " + one.budget + "\n";
  return names;
}

TEST(ReadBudgets, FindsThePodsThatMayNotGo) {
  const auto held = read_held_pods(database_budget + std::string("\n"),
                                   pod("postgres-0", R"({"app":"postgres"})") +
                                       pod("other", R"({"app":"other"})") + pod("bare", ""));
  ASSERT_EQ(names_of(held), "db/postgres-0 by db/postgres\n");
  EXPECT_EQ(held[0].node, "w1");
  EXPECT_EQ(held[0].needed, 1);
  EXPECT_TRUE(held[0].is_lasting());
}

TEST(ReadBudgets, LeavesOutWhatADrainDoesNotEvict) {
  const std::string labels = R"({"app":"postgres"})";
  EXPECT_EQ(names_of(read_held_pods(database_budget,
                                    pod("daemon", labels, "\tDaemonSet\t\tTrue") +
                                        pod("static", labels, "\tNode\tabc\tTrue") +
                                        pod("going", labels, "2026-01-01T00:00:00Z\tJob\t\tTrue"))),
            "");
  EXPECT_EQ(names_of(read_held_pods("db\tpostgres\t1\t2\t1\t2\t\t{}\n", pod("any", labels))), "");
}

TEST(ReadBudgets, LetsPodsGoThatAreNotReadyAsTheApiDoes) {
  const std::string ill = pod("ill", R"({"app":"a"})", "\tReplicaSet\t\tFalse");
  const auto names = [&](const std::string& counts, const std::string& policy) {
    return names_of(read_held_pods("db\tb\t" + counts + "\t" + policy + "\t{}\n", ill));
  };
  EXPECT_EQ(names("0\t1\t2\t3", ""), "db/ill by db/b\n");
  EXPECT_EQ(names("0\t2\t2\t3", ""), "");
  EXPECT_EQ(names("0\t2\t2\t3", "IfHealthyBudget"), "");
  EXPECT_EQ(names("0\t1\t2\t3", "AlwaysAllow"), "");
  EXPECT_EQ(names("0\t0\t0\t0", ""), "db/ill by db/b\n");
}

TEST(ReadBudgets, MatchesBySelectorsOfAnyKind) {
  const auto is_held = [](const std::string& selector) {
    return !read_held_pods("db\tb\t0\t1\t1\t1\t\t" + selector + "\n",
                           pod("p", R"({"app":"a","tier":"x"})"))
                .empty();
  };
  const auto expression = [](const std::string& text) {
    return R"({"matchExpressions":[{)" + text + "}]}";
  };
  EXPECT_FALSE(is_held(""));
  EXPECT_TRUE(is_held("{}"));
  EXPECT_FALSE(is_held(R"({"matchLabels":{"app":"a","tier":"y"}})"));
  EXPECT_TRUE(is_held(expression(R"("key":"app","operator":"In","values":["b","a"])")));
  EXPECT_FALSE(is_held(expression(R"("key":"app","operator":"NotIn","values":["a"])")));
  EXPECT_TRUE(is_held(expression(R"("key":"zone","operator":"NotIn","values":["a"])")));
  EXPECT_TRUE(is_held(expression(R"("key":"tier","operator":"Exists")")));
  EXPECT_FALSE(is_held(expression(R"("key":"tier","operator":"DoesNotExist")")));
}

TEST(ReadBudgets, NamesKubectlWhereItTellsSomethingElse) {
  try {
    read_held_pods("error: \x1b[2J\n", "");
    ADD_FAILURE() << "nothing was refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(),
              "'kubectl get poddisruptionbudgets' told what nobody can read: 'error: \\x1b[2J'");
  }
}

Settled held_cluster(int needed, int expected) {
  Settled cluster(1, 2);
  for (const char* name : {"db/postgres-0", "db/postgres-1"})
    cluster.sight.held_pods.push_back({"w1", name, "db/postgres", 1, needed, expected});
  return cluster;
}

constexpr const char* refusal =
    "no: 'w1' runs pod db/postgres-0, whose budget db/postgres allows none to go now: it asks for "
    "1 of 1 pod -> give it one pod more, or ask for less: kubectl --namespace db edit "
    "poddisruptionbudget postgres; then the same command\n";

TEST(Budgets, StandAgainstADrainThatWouldNeverEnd) {
  Settled cluster = held_cluster(1, 1);
  EXPECT_EQ(told(next_removal_step(cluster.wish, cluster.sight, "w1")), refusal);
  EXPECT_EQ(told(next_removal_step(cluster.wish, cluster.sight, "w2")), "drain: w2\n");
  cluster.node("w1").listed->away = Away::drained;
  EXPECT_EQ(told(next_removal_step(cluster.wish, cluster.sight, "w1")), "reset: w1\n");
}

TEST(Budgets, StandAgainstAnUpgradeBeforeANodeIsCordoned) {
  Settled cluster(1, 1, {1, 33, 13});
  cluster.wish.version = {1, 34, 4};
  cluster.sight.configured = cluster.sight.proxy = cluster.wish.version;
  cluster.node("c1").control_plane = cluster.wish.version;
  cluster.node("c1").kubelet = cluster.node("c1").listed->kubelet = cluster.wish.version;
  cluster.sight.held_pods = held_cluster(1, 1).sight.held_pods;
  EXPECT_EQ(told(next_upgrade_step(cluster.wish, cluster.sight)), refusal);
}

// Its pods count as ill already, and nobody evicts them.
TEST(Budgets, StandAgainstNoCordonOfANodeThatIsNotReady) {
  Settled cluster = held_cluster(1, 1);
  cluster.node("w1").listed->is_ready = false;
  Next next;
  propose_drain(next, cluster.sight, {"w1", "w2"});
  EXPECT_EQ(told(next), "cordon: w1: not ready, so its pods would not end\n");
}

TEST(Budgets, AreWaitedForWhereTheirPodsAreOnlyIll) {
  const Settled cluster = held_cluster(2, 3);
  EXPECT_EQ(told(next_removal_step(cluster.wish, cluster.sight, "w1")),
            "drain: w1\n"
            "note: 'w1' runs pod db/postgres-0, whose budget db/postgres allows none to go now: "
            "the drain waits until 3 pods of it are healthy, not 1\n");
}

TEST(Budgets, AreRemarkedInAPlan) {
  EXPECT_THAT(budget_remarks(held_cluster(1, 1).sight, {"c1", "w1"}),
              ElementsAre("'w1' runs pod db/postgres-0, whose budget db/postgres allows none to go "
                          "now, so it cannot be drained"));
  EXPECT_TRUE(budget_remarks(held_cluster(2, 3).sight, {"w1"}).empty());
}

}  // namespace
}  // namespace provisioner::kubernetes
