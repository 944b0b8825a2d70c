// Which disk of a node is erased, and what speaks against it.

#include "provisioner/machine/reimage/disk_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace provisioner::reimage {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t gigabyte = 1'000'000'000;

inventory::Node node() {
  inventory::Node node;
  node.name = "n01";
  inventory::Disk system, data;
  system.name = "system";
  system.serial = "WFK0A011";
  system.wwn = "naa.5000C500A1000111";
  system.size_gb = 1200;
  system.use = inventory::Disk::Use::system;
  data.name = "data";
  data.serial = "WFK0A012";
  data.wwn = "0x5000c500a1000112";
  data.use = inventory::Disk::Use::data;
  node.disks = {system, data};
  return node;
}

FoundDisk disk(const std::string& name, const std::string& wwn, const std::string& serial) {
  FoundDisk disk;
  disk.name = name;
  disk.wwn = wwn;
  disk.serial = serial;
  disk.size = 1200 * gigabyte + 243'795'968;
  return disk;
}
FoundDisk system_disk() { return disk("sdb", "0x5000c500a1000111", "WFK0A011"); }
FoundDisk data_disk() { return disk("sda", "0x5000c500a1000112", "WFK0A012"); }
FoundDisk with(FoundDisk disk, const std::string& type) {
  disk.signatures.push_back({"2", type, "", "", 0});
  return disk;
}

TEST(DiskPlan, RefusesADiskThatNobodyCouldTellFromAnother) {
  const DiskPlan plan = plan_disks(node(), {system_disk(), disk("vdb", "", "")}, {});
  ASSERT_EQ(plan.problems.size(), 1U);
  EXPECT_THAT(plan.problems.front(), testing::HasSubstr("neither WWN nor serial"));
}

TEST(DiskPlan, ErasesTheSystemDiskWhateverTheKernelCallsIt) {
  const DiskPlan plan = plan_disks(node(), {data_disk(), system_disk()}, {});

  EXPECT_THAT(plan.problems, IsEmpty());
  ASSERT_EQ(plan.erased().size(), 1U);
  EXPECT_EQ(plan.erased().front()->disk.name, "sdb");
  EXPECT_EQ(plan.erased().front()->because, "'system' by wwn and serial");
  EXPECT_EQ(plan.disks.front().because, "'data' by wwn and serial");
}

TEST(DiskPlan, WantsEveryIdentityThatTheInventoryGives) {
  FoundDisk swapped = system_disk();
  swapped.serial = "WFK0A099";

  const DiskPlan plan = plan_disks(node(), {data_disk(), swapped}, {});

  EXPECT_THAT(plan.erased(), IsEmpty());
  EXPECT_THAT(plan.problems,
              ElementsAre("none of 2 disks fit 'system' of the inventory (wwn naa.5000C500A1000111, "
                          "serial WFK0A011)"));
}

TEST(DiskPlan, RefusesTwoDisksThatFit) {
  const DiskPlan plan = plan_disks(node(), {system_disk(), system_disk()}, {});

  EXPECT_THAT(plan.problems, ElementsAre(testing::StartsWith("2 of 2 disks fit 'system'")));
}

TEST(DiskPlan, RefusesADiskThatFitsOneThatIsKeptAsWell) {
  inventory::Node loose = node();
  for (inventory::Disk& disk : loose.disks) {
    disk.wwn = "";
    disk.serial = "WFK0A011";
  }

  EXPECT_THAT(plan_disks(loose, {system_disk()}, {}).problems,
              Contains("the disk sdb fits a system disk of the inventory, and 'data' as well, which "
                       "is kept"));
}

TEST(DiskPlan, RefusesADiskOfAnotherSize) {
  FoundDisk small = system_disk();
  small.size = 600 * gigabyte;

  EXPECT_THAT(plan_disks(node(), {small}, {}).problems,
              ElementsAre("disk 'system' (sdb, serial WFK0A011) has 600.0 GB, the inventory says "
                          "1200 GB"));
}

TEST(DiskPlan, RefusesForeignSignaturesUntilSomebodyNamesThem) {
  for (const char* type :
       {"gpfs_nsd", "VMFS_volume_member", "gfs2", "ocfs2", "ceph_bluestore", "zfs_member",
        "LVM2_member", "linux_raid_member", "isw_raid_member", "ddf_raid_member",
        "promise_fasttrack_raid_member", "DM_integrity", "bcache", "drbd", "vdo", "crypto_LUKS",
        "BitLocker", "stratis", "oracleasm", "vxfs", "btrfs"}) {
    const std::vector<FoundDisk> found = {with(system_disk(), type)};

    EXPECT_THAT(plan_disks(node(), found, {}).problems,
                ElementsAre("disk 'system' (sdb, serial WFK0A011) holds " + std::string(type) +
                            " on partition 2: --erase system:" + type + " agrees to lose it"));
    EXPECT_THAT(plan_disks(node(), found, {{"system", type}}).problems, IsEmpty());
    EXPECT_EQ(plan_disks(node(), found, {{"data", type}}).problems.size(), 1U);
  }
}

TEST(DiskPlan, TakesFileSystemsOfOneDiskForWhatAReimageErases) {
  for (const char* type : {"ext4", "xfs", "vfat", "swap", "ntfs", "gpt", "raid_member"})
    EXPECT_THAT(plan_disks(node(), {with(system_disk(), type)}, {}).problems, IsEmpty()) << type;
}

TEST(DiskPlan, TakesABtrfsThatTheNodeRunsFromForWhatItReplaces) {
  FoundDisk disk = with(system_disk(), "btrfs");
  disk.is_mounted = true;
  disk.mounts = {{"2", "/"}};

  EXPECT_THAT(plan_disks(node(), {disk}, {}).problems, IsEmpty());
}

TEST(DiskPlan, RefusesADiskInUseAndOneThatCannotBeRead) {
  FoundDisk mounted = system_disk(), unread = system_disk();
  mounted.is_mounted = true;
  unread.is_read = false;

  EXPECT_EQ(plan_disks(node(), {mounted}, {}).problems.size(), 1U);
  EXPECT_THAT(plan_disks(node(), {mounted}, {{"system", "mounted"}}).problems, IsEmpty());
  EXPECT_EQ(plan_disks(node(), {unread}, {}).problems.size(), 1U);
}

TEST(DiskPlan, TakesTheSystemThatRunsNowForWhatItReplaces) {
  FoundDisk disk = with(system_disk(), "ext4");
  disk.is_mounted = true;
  disk.signatures.push_back({"4", "ext4", "", "image-cache", 0});
  disk.mounts = {{"2", "/boot/efi"}, {"3", "/"}, {"4", "/var/lib/cache"}, {"5", "[SWAP]"}};

  const DiskPlan plan = plan_disks(node(), {disk}, {});

  EXPECT_THAT(plan.problems, IsEmpty());
  EXPECT_EQ(plan.erased().front()->because, "'system' by wwn and serial; the node runs from it now");
}

TEST(DiskPlan, RefusesWhatIsMountedBesideTheRunningSystem) {
  FoundDisk disk = system_disk();
  disk.is_mounted = true;
  disk.mounts = {{"3", "/"}, {"4", "/scratch"}};

  EXPECT_THAT(plan_disks(node(), {disk}, {}).problems,
              ElementsAre("disk 'system' (sdb, serial WFK0A011) is in use at /scratch: --erase "
                          "system:mounted agrees to lose what is on it"));
  EXPECT_THAT(plan_disks(node(), {disk}, {{"system", "mounted"}}).problems, IsEmpty());
}

TEST(DiskPlan, RefusesASystemDiskThatTheNodeDoesNotRunFrom) {
  FoundDisk disk = system_disk();
  disk.is_mounted = true;
  disk.mounts = {{"2", "/boot/efi"}, {"5", "[SWAP]"}};

  EXPECT_THAT(plan_disks(node(), {disk}, {}).problems,
              ElementsAre(testing::HasSubstr("is in use at /boot/efi, [SWAP]")));
}

TEST(DiskPlan, RefusesForeignSignaturesUnderTheRunningSystem) {
  FoundDisk disk = with(system_disk(), "LVM2_member");
  disk.is_mounted = true;
  disk.mounts = {{"2", "/"}};

  EXPECT_THAT(plan_disks(node(), {disk}, {}).problems,
              ElementsAre(testing::HasSubstr("holds LVM2_member on partition 2")));
}

TEST(DiskPlan, LeavesOldSystemsAndOtherDisksAlone) {
  const DiskPlan plan =
      plan_disks(node(), {with(system_disk(), "ext4"), with(data_disk(), "LVM2_member")}, {});

  EXPECT_THAT(plan.problems, IsEmpty());
  EXPECT_FALSE(plan.disks.back().is_erased);
}

TEST(DiskPlan, NeedsOneDiskForTheSystem) {
  inventory::Node none = node(), two = node();
  none.disks.erase(none.disks.begin());
  two.disks.back().use = inventory::Disk::Use::system;

  EXPECT_THAT(plan_disks(none, {system_disk()}, {}).problems,
              ElementsAre("the inventory has no disk with 'use: system'"));
  EXPECT_FALSE(plan_disks(two, {system_disk()}, {}).problems.empty());
}

TEST(DiskPlan, NeverErasesAnotherDiskInWhateverOrder) {
  std::mt19937 random(4);
  for (int round = 0; round < 500; ++round) {
    std::vector<FoundDisk> found = {system_disk()};
    for (unsigned other = 0; other < 1 + random() % 6; ++other) {
      FoundDisk disk = data_disk();
      disk.wwn += std::to_string(other);
      if (random() % 3 == 0) disk.serial = "WFK0A011";  // a cloned serial
      if (random() % 3 == 0) disk.wwn.clear();
      found.push_back(disk);
    }
    std::shuffle(found.begin(), found.end(), random);
    for (std::size_t at = 0; at < found.size(); ++at) found[at].name = "sd" + std::to_string(at);

    const DiskPlan plan = plan_disks(node(), found, {});

    ASSERT_THAT(plan.problems, IsEmpty());
    EXPECT_EQ(std::ranges::count_if(plan.disks, &DiskFate::is_erased), 1);
    EXPECT_EQ(plan.erased().front()->disk.wwn, "0x5000c500a1000111");
  }
}

}  // namespace
}  // namespace provisioner::reimage
