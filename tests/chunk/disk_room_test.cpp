// How large a disk an image needs.

#include "provisioner/base/chunk/disk_room.h"

#include <gtest/gtest.h>

#include <limits>

namespace provisioner::chunk {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20, gibibyte = 1 << 30;
constexpr std::uint64_t image_size = 64 * mebibyte;

TEST(DiskRoom, OfAnImageAloneIsItsSize) { EXPECT_EQ(least_disk_size(image_size, {}), image_size); }

TEST(DiskRoom, HoldsACacheAndTheTablesBackup) {
  EXPECT_EQ(least_disk_size(image_size, {.cache_gib = 1}), image_size + gibibyte + table_tail);
}

TEST(DiskRoom, HoldsAMirrorsSuperblockAndEndsAtWholeMebibytes) {
  EXPECT_EQ(least_disk_size(image_size, {.is_mirror = true}), image_size + mebibyte + table_tail);
  EXPECT_EQ(least_disk_size(image_size - 512, {.is_mirror = true}),
            image_size + mebibyte + table_tail);
  EXPECT_EQ(least_disk_size(image_size, {.cache_gib = 2, .is_mirror = true}),
            image_size + mebibyte + 2 * gibibyte + table_tail);
}

TEST(DiskRoom, IsOnNoDiskForWhatIsBeyondAllNumbers) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

  EXPECT_EQ(least_disk_size(image_size, {.cache_gib = most}), most);
  EXPECT_EQ(least_disk_size(most - 1, {.is_mirror = true}), most);
}

TEST(DiskRoom, SaysWhatIsNeededAndForWhat) {
  const Manifest image{"debian-12", "1", image_size, {}, {}};
  const DiskUse use{.cache_gib = 1, .is_mirror = true};
  const std::uint64_t least = least_disk_size(image_size, use);

  EXPECT_FALSE(lack_of_room(image, use, least));
  EXPECT_EQ(lack_of_room(image, use, least - 512),
            "has 1141915648 bytes, and 'debian-12 1' with a cache of 1 GiB on a mirror needs "
            "1141916160");
  EXPECT_EQ(lack_of_room(image, {}, 512), "has 512 bytes, and 'debian-12 1' needs 67108864");
}

}  // namespace
}  // namespace provisioner::chunk
