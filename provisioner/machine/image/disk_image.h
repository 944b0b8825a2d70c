#pragma once

#include <cstdint>
#include <string>

#include "provisioner/machine/image/disk_identity.h"
#include "provisioner/machine/image/grub.h"

namespace provisioner::image {

// Where the parts of our own disks lie, in bytes. The root is the last one, so that it can grow,
// and begins with a chunk.
constexpr std::uint64_t mib = 1 << 20;
constexpr std::uint64_t boot_begin = 1 * mib, esp_begin = 2 * mib, root_begin = 68 * mib;
constexpr std::uint64_t table_end = 1 * mib;  // behind the root: the table's second copy

struct DiskPlan {
  std::string tree;
  std::uint64_t root_mib = 0;
  std::int64_t epoch = 0;  // seconds since 1970: the time of everything
  DiskIdentity identity;
  GrubImages grub;
};

// Writes a whole disk with GPT, BIOS boot partition, ESP and an ext4 root that holds the tree, into
// a new sparse file. The same plan gives the same bytes. Times of the tree's files that are later
// than the epoch are set to it. Throws Error(failed) where the tree does not fit.
void write_disk(const DiskPlan& plan, const std::string& path, const std::string& work);

}  // namespace provisioner::image
