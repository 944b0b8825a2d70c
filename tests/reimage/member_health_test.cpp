// Answers of etcdctl (v3.5) and mmgetstate (Storage Scale 5), as they print them.

#include "provisioner/machine/reimage/member_health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace provisioner::reimage {
namespace {

using Names = std::vector<std::string>;

constexpr const char* etcd =
    R"([{"endpoint":"https://10.21.0.11:2379","health":true,"took":"9.7ms"},)"
    R"({"endpoint":"https://10.21.0.12:2379","health":false,"took":"5.0s",)"
    R"("error":"context deadline exceeded"},)"
    R"({"endpoint":"https://[fd00::13]:2379","health":true,"took":"8.1ms"}])"
    "\n";

TEST(EtcdHealth, IsThatOfTheMembersOwnEndpoint) {
  EXPECT_TRUE(etcd_health(etcd, {"n01", "10.21.0.11"}).is_alive);
  EXPECT_TRUE(etcd_health(etcd, {"n03", "fd00::13"}).is_alive);
  EXPECT_EQ(etcd_health(etcd, {"n02", "10.21.0.12"}).because,
            "has an unhealthy etcd: 'context deadline exceeded'");
}

TEST(EtcdHealth, TellsHowManyMembersTheQuorumNeeds) {
  EXPECT_EQ(etcd_health(etcd, {"10.21.0.11"}).quorum, 2);
}

TEST(EtcdHealth, TakesALoopbackForTheMemberItself) {
  constexpr const char* said =
      R"([{"endpoint":"127.0.0.1:2379","health":true,"took":"2.1ms"}])";

  EXPECT_TRUE(etcd_health(said, {"n01"}).is_alive);
}

TEST(EtcdHealth, DoesNotTakeAnotherMembersHealthForItsOwn) {
  const Health health = etcd_health(etcd, {"n04", "10.21.0.14"});

  EXPECT_FALSE(health.is_alive);
  EXPECT_EQ(health.because, "has no endpoint of its own among those of etcdctl");
}

TEST(EtcdHealth, IsNoneWhereTheAnswerIsNone) {
  EXPECT_EQ(etcd_health("/bin/sh: 1: etcdctl: not found\n", {"n01"}).because,
            "has an etcdctl that gives no JSON: '/bin/sh: 1: etcdctl: not found'");
  for (const char* said : {"", "{}", "[]", "[1]", "null"})
    EXPECT_FALSE(etcd_health(said, {"n01"}).is_alive) << said;
}

constexpr const char* gpfs =
    "mmgetstate::HEADER:version:reserved:reserved:nodeName:nodeNumber:state:quorum:nodesUp:"
    "totalNodes:remarks:cnfsState:\n"
    "mmgetstate::0:1:::n01:1:active:2:3:4:quorum node:(undefined):\n"
    "mmgetstate::0:1:::n02.ls.example.org:2:down:2:3:4:quorum node:(undefined):\n"
    "mmgetstate::0:1:::n03:3:arbitrating:2:3:4:quorum node:(undefined):\n"
    "mmgetstate::0:1:::n04:4:active:2:3:4::(undefined):\n";

TEST(GpfsHealth, IsThatOfTheMembersOwnLine) {
  EXPECT_TRUE(gpfs_health(gpfs, {"n01"}).is_alive);
  EXPECT_EQ(gpfs_health(gpfs, {"n02"}).because, "has GPFS in state 'down'");
  EXPECT_EQ(gpfs_health(gpfs, {"n03"}).because, "has GPFS in state 'arbitrating'");
  EXPECT_EQ(gpfs_health(gpfs, {"n04"}).because, "is no quorum node of GPFS");
  EXPECT_EQ(gpfs_health(gpfs, {"n05"}).because, "is not among the nodes of mmgetstate");
  EXPECT_EQ(gpfs_health(gpfs, {"n01"}).quorum, 2);
}

TEST(GpfsHealth, TakesTheOnlyLineForTheNodeItself) {
  constexpr const char* said =
      "mmgetstate::HEADER:version:reserved:reserved:nodeName:nodeNumber:state:quorum:nodesUp:"
      "totalNodes:remarks:cnfsState:\n"
      "mmgetstate::0:1:::ib-n01%3Aadmin:1:active:1*:1:1:quorum node:(undefined):\n";

  const Health health = gpfs_health(said, {"n01"});

  EXPECT_TRUE(health.is_alive);
  EXPECT_EQ(health.quorum, 1);
}

TEST(GpfsHealth, GoesByTheNamesOfTheHeader) {
  constexpr const char* said =
      "mmgetstate::HEADER:version:reserved:reserved:state:nodeName:remarks:\n"
      "mmgetstate::0:1:::active:n01:quorum node:\n";

  EXPECT_TRUE(gpfs_health(said, {"n01"}).is_alive);
}

TEST(GpfsHealth, IsNoneWhereTheAnswerIsNone) {
  for (const char* said :
       {"", "mmgetstate: This command needs a cluster\n", "mmgetstate::0:1:::n01:1:active:\n"})
    EXPECT_FALSE(gpfs_health(said, {"n01"}).is_alive) << said;
}

}  // namespace
}  // namespace provisioner::reimage
