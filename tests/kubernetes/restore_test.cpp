// What `cluster etcd restore` does next.

#include "provisioner/cluster/kubernetes/restore.h"

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

constexpr Version version{1, 34, 4};

std::string restore_told(const Settled& cluster, const Restoration& restoration) {
  return told(next_restore_step(cluster.wish, cluster.sight, restoration, false));
}

// The command, cut off after `most` operations of each step and called again.
std::string way_of(SimulatedCluster& cluster, std::size_t most = SimulatedCluster::whole) {
  std::string way;
  bool has_begun = false;
  for (int steps = 0; steps < 100; ++steps) {
    const Next next =
        next_restore_step(cluster.wish, cluster.look(), {"snapshot", true}, has_begun);
    if (!next.step) return way + (next.is_done() ? "" : told(next));
    has_begun = true;
    way += next.step->text() + "\n";
    cluster.perform(*next.step, most);
  }
  return way + "no end\n";
}

TEST(Restore, StopsAllThenPlacesOnAllThenStartsAll) {
  SimulatedCluster cluster = cluster_at(3, 1, version);
  const auto before = cluster.etcd_data();
  EXPECT_EQ(way_of(cluster),
            "stop control planes: c1, c2, c3\nplace snapshot: c1, c2, c3\n"
            "start control planes: c1, c2, c3\nend restore: c1, c2, c3\n");
  EXPECT_TRUE(next_step(cluster.wish, cluster.look()).is_done());
  EXPECT_EQ(cluster.violation(), "");
  for (const std::uint64_t data : cluster.etcd_data()) EXPECT_FALSE(before.contains(data));
}

TEST(Restore, GoesOnWhereverItWasCutOff) {
  for (std::size_t most = 3; most <= 8; ++most) {
    SimulatedCluster cluster = cluster_at(3, 1, version);
    const std::string way = way_of(cluster, most);
    EXPECT_THAT(way, testing::ContainsRegex("end restore: .*c3\n$")) << way;
    EXPECT_EQ(cluster.violation(), "") << most;
    EXPECT_EQ(cluster.etcd_data().size(), 3U) << most;
    EXPECT_TRUE(next_step(cluster.wish, cluster.look()).is_done()) << most;
  }
}

TEST(Restore, AsksForAWordWhereEtcdWorks) {
  const Settled cluster(3);
  EXPECT_EQ(restore_told(cluster, {"snapshot", false}),
            "no: etcd works: what was written since the snapshot would be lost -> --anew takes it "
            "back all the same\n");
}

TEST(Restore, NeedsAWordWhereThoseThatAreSilentMayHaveAQuorum) {
  Settled cluster(3);
  cluster.kill("c2");
  cluster.kill("c3");
  EXPECT_THAT(restore_told(cluster, {"snapshot", false}),
              HasSubstr("no: most control-plane nodes do not answer"));
  EXPECT_EQ(restore_told(cluster, {"snapshot", true}),
            "stop control planes: c1\n"
            "note: 'c2' does not answer and gets nothing of the snapshot: provisioner cluster "
            "rejoin c2 once it does\n"
            "note: 'c3' does not answer and gets nothing of the snapshot: provisioner cluster "
            "rejoin c3 once it does\n");
}

TEST(Restore, GoesOnWithNoOtherSnapshotThanItBeganWith) {
  Settled cluster(3);
  for (const char* name : {"c1", "c2", "c3"})
    cluster.node(name).restore =
        RestoreMark{"first", "token", RestorePhase::stopped, {"c1", "c2", "c3"}};
  EXPECT_THAT(restore_told(cluster, {"second", true}),
              HasSubstr("no: the restore of another snapshot has begun and not ended"));
  EXPECT_EQ(restore_told(cluster, {"first", false}), "place snapshot: c1, c2, c3\n");
}

TEST(Restore, StopsNoWorkingClusterForAMarkThatWasLeftBehind) {
  Settled cluster(3);
  cluster.node("c3").restore =
      RestoreMark{"first", "token", RestorePhase::stopped, {"c1", "c2", "c3"}};
  EXPECT_THAT(restore_told(cluster, {"first", false}), HasSubstr("no: etcd works"));
}

TEST(Restore, KeepsTheListOfMembersThatItBeganWith) {
  Settled cluster(3);
  for (const char* name : {"c1", "c2"})
    cluster.node(name).restore =
        RestoreMark{"first", "token", RestorePhase::stopped, {"c1", "c2", "c3"}};
  cluster.node("c1").restore->phase = RestorePhase::placed;
  cluster.kill("c3");
  EXPECT_THAT(restore_told(cluster, {"first", false}), HasSubstr("place snapshot: c2\n"));
  cluster.node("c2").restore->members = {"c1", "c2", "elsewhere"};
  cluster.node("c1").restore->members = {"c1", "c2", "elsewhere"};
  EXPECT_THAT(restore_told(cluster, {"first", false}),
              HasSubstr("no: 'elsewhere' was to be restored and is no control-plane node"));
}

TEST(Restore, SaysThatThoseWhoAreLeftCannotStart) {
  Settled cluster(3);
  cluster.node("c1").restore =
      RestoreMark{"first", "token", RestorePhase::placed, {"c1", "c2", "c3"}};
  cluster.kill("c2");
  cluster.kill("c3");
  EXPECT_THAT(restore_told(cluster, {"first", true}),
              testing::StartsWith("no: 1 of the 3 members that it began with answer, and they are "
                                  "no quorum -> bring the others back; if they are lost"));
}

TEST(Restore, IsToldOfByWhoeverLooksAtTheClusterMeanwhile) {
  Settled cluster(3);
  for (const char* name : {"c1", "c2", "c3"}) {
    cluster.node(name).restore =
        RestoreMark{"first", "token", RestorePhase::stopped, {"c1", "c2", "c3"}};
    cluster.node(name).has_manifests = false;
  }
  cluster.sight.etcd.reset();
  EXPECT_EQ(told(next_step(cluster.wish, cluster.sight)),
            "no: the restore of a snapshot of etcd has begun and not ended -> the same "
            "provisioner cluster etcd restore goes on from there\n");
}

}  // namespace
}  // namespace provisioner::kubernetes
