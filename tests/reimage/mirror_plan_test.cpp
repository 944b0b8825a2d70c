// The two disks of a mirror in a plan, and what a node that runs from one may lose.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/machine/reimage/deploy_order.h"
#include "provisioner/machine/reimage/disk_plan.h"

namespace provisioner::reimage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

inventory::Disk wanted_disk(const std::string& name, const std::string& serial,
                            inventory::Disk::Use use) {
  inventory::Disk disk;
  disk.name = name;
  disk.serial = serial;
  disk.use = use;
  return disk;
}

inventory::Node mirror_node() {
  inventory::Node node;
  node.name = "n01";
  node.deploy.layout = inventory::Deploy::Layout::mirror;
  node.deploy.address = "10.78.0.11/24";
  node.disks = {wanted_disk("left", "L", inventory::Disk::Use::system),
                wanted_disk("right", "R", inventory::Disk::Use::system),
                wanted_disk("data", "D", inventory::Disk::Use::data)};
  inventory::Interface port;
  port.name = "eno1";
  port.mac = "00:00:5e:00:53:41";
  node.network.interfaces = {port};
  return node;
}

FoundDisk found_disk(const std::string& name, const std::string& serial) {
  FoundDisk disk;
  disk.name = name;
  disk.serial = serial;
  disk.size = 12'000'000'000;
  return disk;
}

void add_half(FoundDisk& disk, const std::string& where, const std::string& array,
              const std::string& label, const std::string& path) {
  disk.signatures.push_back({where, "linux_raid_member", array, "any:" + label, 1000});
  disk.signatures.push_back({where, "ext4", "u-" + label, label, 1080});
  if (!path.empty()) disk.mounts.push_back({where, path});
  disk.is_mounted = !disk.mounts.empty();
}

// A node that runs from a mirror of ours, with a cache beside it.
struct RunningMirror {
  RunningMirror() {
    for (FoundDisk* disk : {&left, &right}) {
      add_half(*disk, "1", "array-root", "root", "/");
      add_half(*disk, "16", "array-cache", "image-cache", "/var/lib/cache");
    }
  }
  std::vector<std::string> problems(const std::vector<Override>& overrides = {}) const {
    return plan_disks(mirror_node(), {right, data, left}, overrides).problems;
  }

  FoundDisk left = found_disk("sdb", "L"), right = found_disk("sda", "R");
  FoundDisk data = found_disk("sdc", "D");
};

TEST(MirrorPlan, ErasesBothSystemDisksInTheInventorysOrder) {
  const DiskPlan plan = plan_disks(
      mirror_node(), {found_disk("sda", "R"), found_disk("sdb", "D"), found_disk("sdc", "L")}, {});

  EXPECT_THAT(plan.problems, IsEmpty());
  ASSERT_EQ(plan.erased().size(), 2U);
  EXPECT_EQ(plan.erased().front()->name, "left");
  EXPECT_EQ(plan.erased().back()->name, "right");
  EXPECT_FALSE(plan.disks[1].is_erased);
}

TEST(MirrorPlan, GuardsTheSecondDiskAsTheFirst) {
  FoundDisk right = found_disk("sda", "R");
  right.signatures = {{"1", "LVM2_member", "", "", 0}};
  const std::vector<FoundDisk> found = {right, found_disk("sdc", "L")};

  EXPECT_THAT(plan_disks(mirror_node(), found, {}).problems,
              ElementsAre("disk 'right' (sda, serial R) holds LVM2_member on partition 1: --erase "
                          "right:LVM2_member agrees to lose it"));
  EXPECT_THAT(plan_disks(mirror_node(), found, {{"right", "LVM2_member"}}).problems, IsEmpty());
}

TEST(MirrorPlan, IsOfTwoDisks) {
  inventory::Node one = mirror_node(), three = mirror_node(), single = mirror_node();
  one.disks[1].use = inventory::Disk::Use::data;
  three.disks[2].use = inventory::Disk::Use::system;
  single.deploy.layout = inventory::Deploy::Layout::single;
  const std::vector<FoundDisk> found = {found_disk("sda", "R"), found_disk("sdb", "D"),
                                        found_disk("sdc", "L")};

  EXPECT_THAT(plan_disks(one, found, {}).problems,
              ElementsAre("the layout 'mirror' is of two disks, and the inventory has 1 with 'use: "
                          "system': 'left'"));
  EXPECT_THAT(plan_disks(three, found, {}).problems,
              ElementsAre(HasSubstr("has 3 with 'use: system': 'left', 'right', 'data'")));
  EXPECT_THAT(plan_disks(single, found, {}).problems,
              ElementsAre("the inventory has more than one disk for the system: 'left', 'right'"));
}

TEST(MirrorPlan, RefusesADiskThatIsMissingAndOneThatIsMeantTwice) {
  inventory::Node node = mirror_node();
  node.disks[1].serial = "L";

  EXPECT_THAT(plan_disks(mirror_node(), {found_disk("sda", "L")}, {}).problems,
              ElementsAre("none of 1 disks fit 'right' of the inventory (serial R)"));
  EXPECT_THAT(plan_disks(node, {found_disk("sda", "L")}, {}).problems,
              ElementsAre("the disk sda fits 'right' of the inventory, and another one too"));
}

TEST(MirrorPlan, TakesTheMirrorThatRunsNowForWhatItReplaces) {
  EXPECT_THAT(RunningMirror().problems(), IsEmpty());
}

TEST(MirrorPlan, RefusesAnArrayThatTheNodeDoesNotRunFrom) {
  RunningMirror off;
  for (FoundDisk* disk : {&off.left, &off.right}) {
    disk->mounts.clear();
    disk->is_mounted = false;
  }
  EXPECT_EQ(off.problems().size(), 4U);
  EXPECT_THAT(off.problems({{"left", "linux_raid_member"}, {"right", "linux_raid_member"}}),
              IsEmpty());
}

TEST(MirrorPlan, RefusesAnArrayOfWhichAHalfIsElsewhereOrMissing) {
  RunningMirror third, missing, other;
  add_half(third.data, "1", "array-root", "root", "");
  missing.right = found_disk("sda", "R");
  other.right.signatures[0].uuid = "array-other";
  EXPECT_THAT(third.problems(),
              ElementsAre(HasSubstr("holds linux_raid_member on partition 1"), testing::_,
                          testing::_, testing::_));
  EXPECT_EQ(missing.problems().size(), 2U);
  EXPECT_EQ(other.problems().size(), 4U);
}

TEST(MirrorPlan, RefusesAnotherArrayBesideTheRunningMirror) {
  RunningMirror stored, mounted, lvm;
  for (FoundDisk* disk : {&stored.left, &stored.right}) add_half(*disk, "17", "a", "archive", "");
  for (FoundDisk* disk : {&mounted.left, &mounted.right})
    add_half(*disk, "17", "a", "archive", "/archive");
  for (FoundDisk* disk : {&lvm.left, &lvm.right}) disk->signatures[1].type = "LVM2_member";
  EXPECT_EQ(stored.problems().size(), 2U);
  EXPECT_THAT(mounted.problems(), testing::Contains(HasSubstr("is in use at /archive")));
  EXPECT_THAT(lvm.problems(), testing::Contains(HasSubstr("holds LVM2_member on partition 1")));
}

TEST(MirrorPlan, RefusesTheMirrorWhereTheNodeShallHaveASingleDisk) {
  const RunningMirror mirror;
  inventory::Node node = mirror_node();
  node.deploy.layout = inventory::Deploy::Layout::single;
  node.disks[1].use = inventory::Disk::Use::data;

  EXPECT_THAT(plan_disks(node, {mirror.left, mirror.right}, {}).problems,
              testing::Each(HasSubstr("disk 'left' (sdb, serial L) holds linux_raid_member")));
}

TEST(MirrorPlan, OrdersBothDisksAndChecksTheRest) {
  const RunningMirror mirror;
  const DiskPlan plan = plan_disks(mirror_node(), {mirror.right, mirror.data, mirror.left}, {});
  image::StoredImage image;
  image.digest = std::string(64, 'a');
  const FirstUser user{.name = "root", .keys = {"ssh-ed25519 AAAA"}};

  const value::Value order =
      write_order(mirror_node(), image, image::BootFiles{}, plan, user).deploy;

  EXPECT_EQ(value::text_or(order, "layout", ""), "mirror");
  EXPECT_EQ(value::text_or(*order.find("disk"), "serial", ""), "L");
  EXPECT_EQ(value::text_or(*order.find("second_disk"), "serial", ""), "R");
  EXPECT_EQ(order.find("second_disk")->find("signatures")->list().size(), 4U);
  ASSERT_EQ(order.find("others")->list().size(), 1U);
  EXPECT_EQ(value::text_or(order.find("others")->list().front(), "serial", ""), "D");
}

}  // namespace
}  // namespace provisioner::reimage
