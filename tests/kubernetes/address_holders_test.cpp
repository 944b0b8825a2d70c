// Who shares the address of the API.

#include "provisioner/cluster/kubernetes/address_holders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::Settled;

TEST(AddressHolders, AreAllMembersThatAnswerReadyOrNot) {
  Settled cluster(3);
  cluster.node("c1").listed->is_ready = false;
  EXPECT_THAT(address_holders(cluster.wish, cluster.sight).present, ElementsAre("c1", "c2", "c3"));
  cluster.sight.is_api_up = false;
  for (const char* name : {"c1", "c2", "c3"}) cluster.node(name).listed.reset();
  EXPECT_THAT(address_holders(cluster.wish, cluster.sight).present, ElementsAre("c1", "c2", "c3"));
}

TEST(AddressHolders, AreToldOfAsSilentWhereTheyDoNotAnswer) {
  Settled cluster(3);
  cluster.kill("c2");
  const AddressHolders holders = address_holders(cluster.wish, cluster.sight);
  EXPECT_THAT(holders.present, ElementsAre("c1", "c3"));
  EXPECT_THAT(holders.silent, ElementsAre("c2"));
}

TEST(AddressHolders, AreNeitherThoseThatHaveLeftNorThoseThatAreNoMembersYet) {
  Settled cluster(5);
  cluster.kill("c2");
  cluster.wipe("c4");
  cluster.node("c5").is_init_complete = false;
  const AddressHolders holders = address_holders(cluster.wish, cluster.sight, {"c2", "c3"});
  EXPECT_THAT(holders.present, ElementsAre("c1"));
  EXPECT_THAT(holders.silent, IsEmpty());
}

TEST(AddressHolders, AreOfOneCluster) {
  Settled cluster(3);
  cluster.node("c3").ca = "another";
  EXPECT_THAT(address_holders(cluster.wish, cluster.sight).present, ElementsAre("c1", "c2"));
  for (const char* name : {"c1", "c2", "c3"}) cluster.node(name).ca = "";
  EXPECT_THAT(address_holders(cluster.wish, cluster.sight).present, IsEmpty());
}

}  // namespace
}  // namespace provisioner::kubernetes
