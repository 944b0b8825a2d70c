#include "provisioner/node/deploy/find_disk.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "tests/deploy/orders.h"

namespace provisioner::deploy {
namespace {

using testing::HasSubstr;

constexpr std::int64_t usual_size = 64 << 20;

Order order_for(const std::string& wwn, const std::string& serial) {
  Order order;
  order.manifest = std::string(64, 'a');
  order.disk = {wwn, serial, static_cast<std::uint64_t>(usual_size), {}};
  return order;
}

value::Value with_signature(value::Dict disk, const char* type, const std::string& uuid) {
  disk.set("signatures",
           value::List{value::Dict{
               {"where", "disk"}, {"type", type}, {"uuid", uuid}, {"label", ""}, {"offset", 0}}});
  return disk;
}

std::string disk_refusal(const value::List& disks, const Order& order) {
  try {
    return "found " + base::join(find_disks(disks, order), " and ");
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::refused);
    return error.message();
  }
}

TEST(FindDisk, TakesTheOneThatFitsAllIdentities) {
  const value::List disks{disk_facts("sda", "0x5000c500a1b2c3d4", " S1 ", usual_size)};
  EXPECT_EQ(find_disks(disks, order_for("naa.5000C500A1B2C3D4", "S1")).front(), "sda");
  EXPECT_EQ(find_disks(disks, order_for("", "S1")).front(), "sda");
}

TEST(FindDisk, RefusesOneThatFitsOnlyHalf) {
  EXPECT_EQ(disk_refusal({disk_facts("sda", "0x5000c500a1b2c3d4", "S2", usual_size)},
                    order_for("0x5000c500a1b2c3d4", "S1")),
            "there is no disk with WWN '0x5000c500a1b2c3d4' and serial 'S1', but 'sda' (WWN "
            "'5000c500a1b2c3d4', serial 'S2', 67108864 bytes)");
}

TEST(FindDisk, RefusesClonedSerials) {
  const value::List disks{disk_facts("sda", "", "S1", usual_size),
                          disk_facts("sdb", "", "S1", usual_size)};
  EXPECT_EQ(
      disk_refusal(disks, order_for("", "S1")),
      "two disks have serial 'S1': 'sda' (WWN '', serial 'S1', 67108864 bytes) and 'sdb' (WWN '', "
      "serial 'S1', 67108864 bytes)");
}

TEST(FindDisk, RefusesAnotherSize) {
  EXPECT_EQ(disk_refusal({disk_facts("sda", "", "S1", usual_size + 512)}, order_for("", "S1")),
            "the disk with serial 'S1' has 67109376 bytes, not 67108864");
}

TEST(FindDisk, RefusesOneInUse) {
  value::Dict disk = disk_facts("sda", "", "S1", usual_size);
  disk.set("is_mounted", true);
  EXPECT_EQ(disk_refusal({disk}, order_for("", "S1")), "the disk with serial 'S1' is in use");
}

TEST(FindDisk, RefusesSignaturesThatNobodyApproved) {
  const value::Dict disk = disk_facts("sda", "", "S1", usual_size);
  EXPECT_EQ(disk_refusal({with_signature(disk, "gpfs_nsd", "")}, order_for("", "S1")),
            "on the disk with serial 'S1' lies gpfs_nsd   at 0 of disk, not nothing");
}

TEST(FindDisk, RefusesOneThatCouldNotBeRead) {
  value::Dict disk = disk_facts("sda", "", "S1", usual_size);
  disk.set("is_read", false);
  EXPECT_EQ(disk_refusal({disk}, order_for("", "S1")),
            "what lies on the disk with serial 'S1' could not be read");
}

TEST(FindDisk, TakesASignatureThatWasApproved) {
  Order order = order_for("", "S1");
  order.disk.signatures = {{"disk", "ext4", "u", "", 0}};
  const value::Dict disk = disk_facts("sda", "", "S1", usual_size);
  EXPECT_EQ(find_disks({with_signature(disk, "ext4", "u")}, order).front(), "sda");
}

TEST(FindDisk, GoesOnWithItsOwnUnfinishedImageOnly) {
  Order order = order_for("", "S1");
  order.disk.signatures = {{"disk", "ext4", "u", "", 0}};
  const value::Dict disk = disk_facts("sda", "", "S1", usual_size);
  EXPECT_EQ(find_disks({with_signature(disk, "provisioner_unfinished", order.manifest)}, order).front(),
            "sda");
  EXPECT_THAT(disk_refusal({with_signature(disk, "provisioner_unfinished", "b")}, order),
              HasSubstr("lies provisioner_unfinished b"));
}

TEST(FindDisk, RefusesDisksThatNobodyKnowsOfOrThatAreGone) {
  const value::Dict disk = disk_facts("sda", "", "S1", usual_size);
  const value::Dict other = disk_facts("sdb", "", "S2", usual_size);
  Order order = order_for("", "S1");
  EXPECT_THAT(disk_refusal({disk, other}, order), HasSubstr("a disk that nobody knows of: 'sdb'"));
  order.others = {{"", "S2", static_cast<std::uint64_t>(usual_size), {}}};
  EXPECT_EQ(disk_refusal({disk, other}, order), "found sda");
  EXPECT_THAT(disk_refusal({disk}, order), HasSubstr("there is no disk with serial 'S2'"));
  EXPECT_THAT(disk_refusal({disk, with_signature(other, "LVM2_member", "x")}, order),
              HasSubstr("on the disk with serial 'S2' lies LVM2_member x"));
}

TEST(FindDisk, RefusesToCountOneDiskTwice) {
  Order order = order_for("", "S1");
  order.others = {{"w1", "", static_cast<std::uint64_t>(usual_size), {}}};
  EXPECT_THAT(disk_refusal({disk_facts("sda", "w1", "S1", usual_size)}, order),
              HasSubstr("WWN 'w1' is said of a disk that is another one already"));
}

// The order of a mirror, and the two disks that it means.
struct Twins {
  Twins() {
    order.layout = Layout::mirror;
    order.second_disk = order_for("", "S2").disk;
    order.disk.signatures = order.second_disk->signatures = {{"disk", "ext4", "u", "", 0}};
  }

  void mark(value::Dict& disk) const {
    disk = with_signature(disk, "provisioner_unfinished", order.manifest).dict();
  }
  std::string found() const { return disk_refusal({second, first}, order); }

  Order order = order_for("", "S1");
  value::Dict first =
      with_signature(disk_facts("sda", "", "S1", usual_size), "ext4", "u").dict();
  value::Dict second =
      with_signature(disk_facts("sdb", "", "S2", usual_size), "ext4", "u").dict();
};

TEST(FindDisks, TakesBothDisksOfAMirror) { EXPECT_EQ(Twins().found(), "found sda and sdb"); }

TEST(FindDisks, ChecksTheSecondDiskAsTheFirst) {
  Twins other, used, large, gone;
  other.second = with_signature(other.second, "gpfs_nsd", "").dict();
  used.second.set("is_mounted", true);
  large.second.set("size", usual_size + 512);
  gone.second.set("serial", "S3");
  EXPECT_THAT(other.found(), HasSubstr("on the disk with serial 'S2' lies gpfs_nsd"));
  EXPECT_EQ(used.found(), "the disk with serial 'S2' is in use");
  EXPECT_THAT(large.found(), HasSubstr("the disk with serial 'S2' has 67109376 bytes"));
  EXPECT_THAT(gone.found(), HasSubstr("there is no disk with serial 'S2'"));
}

TEST(FindDisks, RefusesAMirrorOfOneDisk) {
  Twins twins;
  twins.order.second_disk->serial = "S1";
  EXPECT_THAT(twins.found(), HasSubstr("is said of a disk that is another one already"));
}

TEST(FindDisks, GoesOnWithAMirrorThatWasCutOff) {
  Twins begun, half, both;
  begun.mark(begun.second);
  half.mark(half.first);
  half.second = with_signature(half.second, "linux_raid_member", "new").dict();
  both.mark(both.first);
  both.mark(both.second);
  EXPECT_EQ(begun.found(), "found sda and sdb");
  EXPECT_EQ(half.found(), "found sda and sdb");
  EXPECT_EQ(both.found(), "found sda and sdb");
}

// Its marker is of an earlier job then, and vouches for nothing.
TEST(FindDisks, TrustsNoMarkerThatThePlanHasSeen) {
  Twins twins;
  twins.mark(twins.first);
  twins.order.disk.signatures = {
      {"disk", "provisioner_unfinished", twins.order.manifest, "", 0}};
  EXPECT_EQ(twins.found(), "found sda and sdb");
  twins.second = with_signature(twins.second, "gpfs_nsd", "").dict();
  EXPECT_THAT(twins.found(), HasSubstr("on the disk with serial 'S2' lies gpfs_nsd"));
}

TEST(FindDisks, RefusesAFirstDiskThatChangedWhereOnlyTheSecondIsMarked) {
  Twins twins;
  twins.mark(twins.second);
  twins.first = with_signature(twins.first, "gpfs_nsd", "").dict();
  EXPECT_THAT(twins.found(), HasSubstr("on the disk with serial 'S1' lies gpfs_nsd"));
}

// A machine with up to 12 disks, some of which share serials, and the order that fits it.
struct Shelf {
  explicit Shelf(unsigned seed) : random(seed) {
    const int count = 1 + below(12);
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) names.push_back(fmt::format("sd{:c}", 'a' + i));
    std::shuffle(names.begin(), names.end(), random);
    for (int i = 0; i < count; ++i) {
      const bool is_cloned = i > 0 && below(4) == 0;
      const std::string serial = is_cloned ? "S0" : fmt::format("S{}", i);
      const std::string wwn = fmt::format("5000c500{:08x}", i);
      const std::int64_t bytes = usual_size * (1 + below(2));
      disks.emplace_back(disk_facts(names[static_cast<std::size_t>(i)], "0x" + wwn, serial, bytes));
      expected.push_back({wwn, below(2) == 0 ? serial : "", static_cast<std::uint64_t>(bytes), {}});
    }
    target = static_cast<std::size_t>(below(count));
    order.manifest = std::string(64, 'a');
    order.disk = expected[target];
    for (std::size_t i = 0; i < expected.size(); ++i)
      if (i != target) order.others.push_back(expected[i]);
    std::shuffle(order.others.begin(), order.others.end(), random);
    wanted = value::text_or(disks[target], "name", "");
    std::shuffle(disks.begin(), disks.end(), random);
  }

  int below(int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); }

  std::mt19937 random;
  value::List disks;
  std::vector<ExpectedDisk> expected;
  std::size_t target = 0;
  Order order;
  std::string wanted;
};

TEST(FindDisk, FindsTheOneInAnyOrderAndUnderAnyName) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    const Shelf shelf(seed);
    EXPECT_EQ(find_disks(shelf.disks, shelf.order).front(), shelf.wanted) << "seed " << seed;
  }
}

// Whatever one thing is different, nothing is written.
TEST(FindDisk, RefusesAnyOneDifference) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    Shelf shelf(seed);
    const auto index = static_cast<std::size_t>(shelf.below(static_cast<int>(shelf.disks.size())));
    value::Dict disk = shelf.disks[index].dict();
    switch (seed % 5) {
      case 0:
        disk.set("wwn", "0x5000c500ffffffff");
        break;
      case 1:
        disk.set("size", value::integer_or(disk, "size", 0) + 512);
        break;
      case 2:
        disk.set("is_read", false);
        break;
      case 3:
        disk = with_signature(disk, "zfs_member", "1").dict();
        break;
      default:
        shelf.disks.push_back(disk_facts("sdz", "0x5000c500eeeeeeee", "S0", usual_size));
    }
    shelf.disks[index] = disk;
    EXPECT_THROW(find_disks(shelf.disks, shelf.order), base::Error) << "seed " << seed;
  }
}

}  // namespace
}  // namespace provisioner::deploy
