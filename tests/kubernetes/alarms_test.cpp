// Alarms of etcd, and what is done about them.

#include "provisioner/cluster/kubernetes/alarms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

using testing::HasSubstr;
using tests::Settled;
using tests::told;

std::string order_of(const Settled& cluster) {
  const Defragmentation found = defragmentation(cluster.sight);
  std::string text;
  for (const MemberId id : found.members)
    text += find_member(cluster.sight.members(), id)->name + " ";
  return text + told({.objections = found.objections, .remarks = found.remarks});
}

std::string next_told(const Settled& cluster) {
  return told(next_step(cluster.wish, cluster.sight));
}

TEST(Alarms, OfAMemberThatHasLeftAreDisarmedBeforeAnythingElse) {
  Settled cluster(3);
  cluster.sight.etcd->left_alarms = {MemberId{0xabc}};
  EXPECT_EQ(next_told(cluster), "disarm alarms: member abc has left, its alarm stays\n");
  cluster.sight.is_api_up = false;
  EXPECT_EQ(next_told(cluster), "disarm alarms: member abc has left, its alarm stays\n");
}

TEST(Alarms, AreNeverDisarmedWhileDataIsWrong) {
  Settled cluster(3);
  cluster.sight.etcd->left_alarms = {MemberId{0xabc}};
  cluster.member("c2").is_corrupt = true;
  EXPECT_THAT(next_told(cluster), HasSubstr("no: the database of 'c2' is corrupt"));
  cluster.member("c2").is_corrupt = false;
  cluster.sight.etcd->is_undecided = true;
  EXPECT_THAT(next_told(cluster), HasSubstr("no: etcd's members have different data"));
}

TEST(Alarms, OfAFullDatabaseNameTheCommandThatHelps) {
  Settled cluster(3);
  cluster.member("c2").is_without_space = true;
  EXPECT_EQ(next_told(cluster),
            "no: the database of 'c2' has no space left: etcd refuses what is written to it -> "
            "provisioner cluster etcd defragment INSTANCE\n");
}

TEST(Defragmentation, TakesTheLeaderLast) {
  Settled cluster(3);
  cluster.member("c1").is_leader = true;
  EXPECT_EQ(order_of(cluster), "c2 c3 c1 ");
  EXPECT_FALSE(defragmentation(cluster.sight).is_without_space);
  cluster.member("c3").is_without_space = true;
  EXPECT_TRUE(defragmentation(cluster.sight).is_without_space);
}

TEST(Defragmentation, LeavesOutWhoDoesNotTakePart) {
  Settled cluster(3);
  cluster.kill("c2");
  EXPECT_EQ(order_of(cluster),
            "c1 c3 note: 'c2' does not take part: its database stays as it is\n");
}

TEST(Defragmentation, IsRefusedWithoutQuorumAndAmidWrongData) {
  Settled cluster(3);
  cluster.member("c2").is_corrupt = true;
  EXPECT_THAT(order_of(cluster), HasSubstr("no: the database of 'c2' is corrupt"));
  cluster.kill("c2");
  cluster.kill("c3");
  EXPECT_THAT(order_of(cluster), HasSubstr("no: etcd has no quorum: 1 of 3 etcd members"));
  cluster.sight.etcd.reset();
  EXPECT_EQ(order_of(cluster), "no: no member of etcd answers\n");
}

}  // namespace
}  // namespace provisioner::kubernetes
