// What of a node's disks is the system that it runs from.

#include "provisioner/machine/reimage/running_system.h"

#include <algorithm>
#include <array>
#include <map>

namespace provisioner::reimage {
namespace {

constexpr const char* array_member = "linux_raid_member";  // as libblkid has it

// A partition, or a disk itself.
struct Member {
  const FoundDisk* disk = nullptr;
  std::string where;
};

template <class Fits>
bool has_signature(const FoundDisk& disk, const std::string& where, Fits fits) {
  return std::ranges::any_of(disk.signatures, [&](const FoundSignature& one) {
    return one.where == where && fits(one);
  });
}

// What node/disks makes.
bool is_image_cache(const FoundDisk& disk, const std::string& where) {
  return has_signature(disk, where,
                       [](const FoundSignature& one) { return one.label == "image-cache"; });
}

bool is_ext4(const Member& member) {
  return has_signature(*member.disk, member.where,
                       [](const FoundSignature& one) { return one.type == "ext4"; });
}

bool is_of_system(const FoundDisk& disk, const FoundMount& mount) {
  static constexpr std::array<std::string_view, 5> paths = {"/", "/boot", "/efi", "/usr", "[SWAP]"};
  return std::ranges::find(paths, mount.path) != paths.end() ||
         mount.path.starts_with("/boot/") || is_image_cache(disk, mount.where);
}

bool is_root(const Member& member) {
  return std::ranges::any_of(member.disk->mounts, [&](const FoundMount& one) {
    return one.where == member.where && one.path == "/";
  });
}

bool is_cache(const Member& member) { return is_image_cache(*member.disk, member.where); }

std::map<std::string, std::vector<Member>> arrays_on(const std::vector<FoundDisk>& found) {
  std::map<std::string, std::vector<Member>> arrays;
  for (const FoundDisk& disk : found)
    for (const FoundSignature& one : disk.signatures)
      if (one.type == array_member && !one.uuid.empty())
        arrays[one.uuid].push_back({&disk, one.where});
  return arrays;
}

bool has_half_on_each(const std::vector<Member>& members,
                      const std::vector<const FoundDisk*>& disks) {
  return members.size() == disks.size() && std::ranges::all_of(disks, [&](const FoundDisk* disk) {
           return std::ranges::count(members, disk, &Member::disk) == 1;
         });
}

}  // namespace

bool is_running_system(const FoundDisk& disk) {
  return std::ranges::any_of(disk.mounts, [](const FoundMount& one) { return one.path == "/"; });
}

std::vector<std::string> mounts_beside_system(const FoundDisk& disk) {
  std::vector<std::string> paths;
  for (const FoundMount& mount : disk.mounts)
    if (!is_running_system(disk) || !is_of_system(disk, mount)) paths.push_back(mount.path);
  return paths;
}

std::set<std::string> arrays_of_mirror(const std::vector<const FoundDisk*>& system_disks,
                                       const std::vector<FoundDisk>& found) {
  std::set<std::string> own;
  bool has_root = false;
  if (system_disks.size() != 2) return own;
  for (const auto& [uuid, members] : arrays_on(found)) {
    const bool is_mirror =
        has_half_on_each(members, system_disks) && std::ranges::all_of(members, is_ext4);
    const bool holds_root = is_mirror && std::ranges::all_of(members, is_root);
    has_root = has_root || holds_root;
    if (holds_root || (is_mirror && std::ranges::all_of(members, is_cache))) own.insert(uuid);
  }
  return has_root ? own : std::set<std::string>{};
}

}  // namespace provisioner::reimage
