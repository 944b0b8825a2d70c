// Whether a node's disks have room for what it is to become.

#include "provisioner/machine/reimage/room_problems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace provisioner::reimage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t mebibyte = 1 << 20, tail = 33 * 512;
constexpr std::uint64_t size_of_image = 2048 * mebibyte;

const chunk::Manifest& small_image() {
  static const chunk::Manifest image{"debian-12", "1", size_of_image, {}, {}};
  return image;
}

DiskFate erased_disk(const std::string& name, std::uint64_t size) {
  FoundDisk disk;
  disk.name = "sd" + name.substr(0, 1);
  disk.serial = "S-" + name;
  disk.size = size;
  return {.disk = disk, .name = name, .is_erased = true, .because = {}};
}

TEST(RoomProblems, AreNoneOnADiskOfTheImagesSize) {
  EXPECT_THAT(room_problems({}, small_image(), {{erased_disk("system", size_of_image)}, {}}),
              IsEmpty());
}

TEST(RoomProblems, TellADiskThatIsSmallerThanTheImage) {
  EXPECT_THAT(room_problems({}, small_image(), {{erased_disk("system", size_of_image - 512)}, {}}),
              ElementsAre("disk 'system' (sds, serial S-system) has 2147483136 bytes, and "
                          "'debian-12 1' needs 2147483648"));
}

TEST(RoomProblems, CountTheCache) {
  inventory::Node node;
  node.deploy.cache_gib = 4;
  const std::uint64_t least = size_of_image + 4096 * mebibyte + tail;

  EXPECT_THAT(room_problems(node, small_image(), {{erased_disk("system", least)}, {}}), IsEmpty());
  EXPECT_THAT(room_problems(node, small_image(), {{erased_disk("system", least - 512)}, {}}),
              ElementsAre(testing::HasSubstr("'debian-12 1' with a cache of 4 GiB needs")));
}

TEST(RoomProblems, TellTheDiskOfAMirrorThatIsTooSmall) {
  inventory::Node node;
  node.deploy.layout = inventory::Deploy::Layout::mirror;
  const DiskFate left = erased_disk("left", size_of_image + mebibyte + tail);
  const DiskFate right = erased_disk("right", size_of_image + mebibyte);

  EXPECT_THAT(room_problems(node, small_image(), {{left, right}, {}}),
              ElementsAre("disk 'right' (sdr, serial S-right) has 2148532224 bytes, and "
                          "'debian-12 1' on a mirror needs 2148549120"));
}

TEST(RoomProblems, LeaveDisksAloneThatAreKept) {
  DiskFate kept = erased_disk("data", 512);
  kept.is_erased = false;

  EXPECT_THAT(room_problems({}, small_image(), {{kept}, {}}), IsEmpty());
}

TEST(RoomProblems, TellACacheThatNoDiskCouldHold) {
  inventory::Node node;
  node.deploy.cache_gib = -1;

  EXPECT_THAT(room_problems(node, small_image(), {}),
              ElementsAre("'cache_gib' is -1, and can be 0 to 1000000"));
}

}  // namespace
}  // namespace provisioner::reimage
