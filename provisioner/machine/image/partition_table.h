#pragma once

#include <string>

namespace provisioner::image {

// Refuses a raw disk whose GUID partition table is not there, is damaged in either copy, or is one
// that firmware and kernels would read differently: with partitions that lie over each other, over
// the table or beyond the disk. `file` is what the user gave, for the text. Throws Error(input).
void check_partition_table(const std::string& disk, const std::string& file);

}  // namespace provisioner::image
