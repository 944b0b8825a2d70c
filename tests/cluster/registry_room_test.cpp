// What the registry's node says of its disks, and what is to be done about a full one.

#include "provisioner/front/cluster/registry_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace provisioner::cluster {
namespace {

TEST(RegistryNode, IsReadOfWhatItSays) {
  const RegistryNode node = read_registry_node(
      "service read active\nservice incoming refuses-pushes\n"
      "room /var/lib/registry 1200 40960 64768\ncache quay.io 512 64768\n");
  ASSERT_EQ(node.services.size(), 2U);
  EXPECT_EQ(node.services[1].name, "incoming");
  EXPECT_EQ(node.services[1].state, "refuses-pushes");
  ASSERT_EQ(node.rooms.size(), 1U);
  EXPECT_EQ(node.rooms[0].path, "/var/lib/registry");
  EXPECT_EQ(node.rooms[0].disk, "64768");
  EXPECT_EQ(node.rooms[0].used_percent(), 98);
  ASSERT_EQ(node.caches.size(), 1U);
  EXPECT_EQ(node.caches[0].name, "quay.io");
  EXPECT_EQ(node.caches[0].holds, 512U);
  EXPECT_EQ(node.caches[0].disk, "64768");
}

TEST(StorageRoom, IsFullWithNothingFree) {
  EXPECT_EQ((StorageRoom{"", "", 0, 40960}).used_percent(), 100);
  EXPECT_EQ((StorageRoom{"", "", 40960, 40960}).used_percent(), 0);
  EXPECT_EQ(StorageRoom{}.used_percent(), 0);
}

TEST(FullText, SaysWhatFreesHowMuch) {
  const StorageRoom room{"/var/lib/registry", "64768", 1200, 40960};
  EXPECT_EQ(full_text(room, true, {.bytes = 12ULL << 30U}),
            "'/var/lib/registry' is at 98 % (1200 of 40960 MiB are free): pushes are refused, "
            "pulls go on; 12.0 GiB come free with: provisioner registry clean");
  EXPECT_EQ(full_text(room, false, {.bytes = 3 << 20}),
            "'/var/lib/registry' is at 98 % (1200 of 40960 MiB are free): pushes are refused soon; "
            "3 MiB come free with: provisioner registry clean");
  EXPECT_EQ(full_text(room, false, {.bytes = 3 << 20, .cached_mib = 512}),
            "'/var/lib/registry' is at 98 % (1200 of 40960 MiB are free): pushes are refused soon; "
            "its caches hold 512 MiB, and give them up before that; 3 MiB come free with: "
            "provisioner registry clean");
  EXPECT_EQ(full_text(room, true, {.bytes = 3 << 20, .cached_mib = 512}),
            "'/var/lib/registry' is at 98 % (1200 of 40960 MiB are free): pushes are refused, "
            "pulls go on; 3 MiB come free with: provisioner registry clean");
  EXPECT_EQ(full_text(room, true, {}),
            "'/var/lib/registry' is at 98 % (1200 of 40960 MiB are free): pushes are refused, "
            "pulls go on; nothing in it is spare: let go of what nobody runs (provisioner registry "
            "demote), or give it a larger disk");
}

}  // namespace
}  // namespace provisioner::cluster
