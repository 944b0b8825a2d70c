#pragma once

#include <string>

#include "provisioner/node/disks/layout.h"

namespace provisioner::disks {

// Tells the kernel of a disk's partitions before their table is on it, and forgets those of the
// table that was there. "/dev/sda" gets "/dev/sda1" and so on. Throws Error(failed), also where an
// old partition is in use.
void announce_partitions(const std::string& disk, const std::vector<Partition>& partitions);

// "/dev/sda3", "/dev/nvme0n1p3".
std::string partition_path(const std::string& disk, int number);

// Checks root's ext4 and grows it to what it lies on; makes the cache's, where there is one (""
// says none). Throws Error(refused) for a root that is no ext4, Error(failed) for what e2fsprogs
// says.
void fit_file_systems(const std::string& root, const std::string& cache);

}  // namespace provisioner::disks
