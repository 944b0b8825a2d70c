#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "provisioner/base/chunk/manifest.h"

namespace provisioner::chunk {

// The backup of a partition table at a disk's end: 32 sectors of entries and one of header (UEFI
// 2.10, 5.3). Bytes.
constexpr std::uint64_t table_tail = 33 * 512;
// What md keeps at the end of each half of a mirror, behind the image. Bytes.
constexpr std::uint64_t superblock_room = 1 << 20;

// What a disk gets beside the image.
struct DiskUse {
  std::uint64_t cache_gib = 0;
  bool is_mirror = false;
};

// Bytes of the smallest disk that has room for all of it, however the image's own table ends; the
// largest number where no disk has. Partitions end at whole MiB, as node/disks/layout makes them.
std::uint64_t least_disk_size(std::uint64_t image_size, const DiskUse& use);

// Why a disk of `size` bytes will not do, as what follows its name: "has 8 bytes, and 'debian-12 1'
// needs 9". Nothing where it will.
std::optional<std::string> lack_of_room(const Manifest& image, const DiskUse& use,
                                        std::uint64_t size);

}  // namespace provisioner::chunk
