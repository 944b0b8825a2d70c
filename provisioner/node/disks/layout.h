#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/node/disks/disk.h"
#include "provisioner/node/disks/write_image.h"

namespace provisioner::disks {

struct Partition {
  int number = 0;
  std::uint64_t start = 0, size = 0;  // bytes
};

// A disk's table as it will be.
struct GrownTable {
  Held held;  // with this table in both its places
  std::vector<Partition> partitions;
  Partition root;
  Partition cache;  // number 0: there is none
};

// The image's table (in the head of `held`) on a disk of `disk_size` bytes: all partitions keep
// their numbers, GUIDs, names and starts; root, which must be the last, grows to the disk's end, or
// to a cache partition of `cache_gib` GiB there. Made by sfdisk on a sparse file in `directory`.
// Throws Error(refused) where the image has no GPT, no single root at its end, or the disk no room.
GrownTable grown_table(const Held& held, std::uint64_t disk_size, std::uint64_t cache_gib,
                       const std::string& directory);

// For the two disks of a mirror, of `disk_sizes` bytes: the same partitions at the same places, as
// large as the smaller disk allows. The second disk's table has GUIDs of its own, since of two
// partitions with one GUID nobody knows which is meant. Throws what `grown_table` throws, also
// Error(refused) where root has no room for md's superblock behind the image of `image_size` bytes.
std::array<GrownTable, 2> mirrored_tables(const Held& held, std::uint64_t image_size,
                                          const std::array<std::uint64_t, 2>& disk_sizes,
                                          std::uint64_t cache_gib, const std::string& directory);

// Takes away what older systems left where the grown partitions begin and end, behind the image:
// their signatures would be found in the new ones.
void clear_stale_ends(const GrownTable& table, std::uint64_t image_size, Disk& disk);

}  // namespace provisioner::disks
