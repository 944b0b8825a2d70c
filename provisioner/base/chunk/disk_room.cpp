// How large a disk an image needs.

#include "provisioner/base/chunk/disk_room.h"

#include <fmt/format.h>

#include <limits>

namespace provisioner::chunk {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20;
constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 62;  // of image and cache, each

}  // namespace

std::uint64_t least_disk_size(std::uint64_t image_size, const DiskUse& use) {
  if (image_size > most_bytes || use.cache_gib > most_bytes >> 30U) return most;
  // A whole image has its own table's backup at its end.
  if (use.cache_gib == 0 && !use.is_mirror) return image_size;
  const std::uint64_t used =
      image_size + (use.cache_gib << 30U) + (use.is_mirror ? superblock_room : 0);
  return (used + mebibyte - 1) / mebibyte * mebibyte + table_tail;
}

std::optional<std::string> lack_of_room(const Manifest& image, const DiskUse& use,
                                        std::uint64_t size) {
  const std::uint64_t least = least_disk_size(image.size, use);
  if (size >= least) return std::nullopt;
  std::string with;
  if (use.cache_gib != 0) with += fmt::format(" with a cache of {} GiB", use.cache_gib);
  if (use.is_mirror) with += " on a mirror";
  return fmt::format("has {} bytes, and '{} {}'{} needs {}", size, image.name, image.version, with,
                     least);
}

}  // namespace provisioner::chunk
