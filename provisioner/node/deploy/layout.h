#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/node/deploy/disk.h"
#include "provisioner/node/deploy/write_image.h"

namespace provisioner::deploy {

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

// Takes away what older systems left where the grown partitions begin and end, behind the image:
// their signatures would be found in the new ones.
void clear_stale_ends(const GrownTable& table, std::uint64_t image_size, Disk& disk);

}  // namespace provisioner::deploy
