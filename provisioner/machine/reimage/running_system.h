#pragma once

#include <set>
#include <string>
#include <vector>

#include "provisioner/machine/reimage/disk_plan.h"

namespace provisioner::reimage {

// Whether the node runs from this disk: `/` is on it.
bool is_running_system(const FoundDisk& disk);

// Where the disk is mounted, but for what a re-image replaces anyhow (disk_plan.h).
std::vector<std::string> mounts_beside_system(const FoundDisk& disk);

// The UUIDs of md's arrays that the node's own mirror is made of, as node/disks makes them: each
// has one member on either of the two system disks and none elsewhere, and its halves read as ext4;
// `/` is on one, and what else there is are caches of images. None where the system is no such
// mirror, or where a member is missing.
std::set<std::string> arrays_of_mirror(const std::vector<const FoundDisk*>& system_disks,
                                       const std::vector<FoundDisk>& found);

}  // namespace provisioner::reimage
