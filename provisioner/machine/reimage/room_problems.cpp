// Whether a node's disks have room for what it is to become.

#include "provisioner/machine/reimage/room_problems.h"

#include <fmt/format.h>

#include "provisioner/base/chunk/disk_room.h"

namespace provisioner::reimage {

std::vector<std::string> room_problems(const inventory::Node& node, const chunk::Manifest& image,
                                       const DiskPlan& plan) {
  constexpr std::int64_t most_gib = 1'000'000;  // as the inventory's schema has it
  const std::int64_t cache_gib = node.deploy.cache_gib;
  if (cache_gib < 0 || cache_gib > most_gib)
    return {fmt::format("'cache_gib' is {}, and can be 0 to {}", cache_gib, most_gib)};
  const chunk::DiskUse use{.cache_gib = static_cast<std::uint64_t>(cache_gib),
                           .is_mirror = node.deploy.layout == inventory::Deploy::Layout::mirror};
  std::vector<std::string> problems;
  for (const DiskFate* fate : plan.erased())
    if (const auto lack = chunk::lack_of_room(image, use, fate->disk.size))
      problems.push_back(fmt::format("disk '{}' ({}, serial {}) {}", fate->name, fate->disk.name,
                                     fate->disk.serial, *lack));
  return problems;
}

}  // namespace provisioner::reimage
