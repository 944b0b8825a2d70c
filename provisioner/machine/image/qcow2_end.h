#pragma once

#include <cstdint>
#include <string>

namespace provisioner::image {

// Bytes that a qcow2 file must have to hold all clusters of its disk: up to the end of the last one
// that is stored. Reads its tables of clusters, which `qemu-img check` must have found to be right.
// Throws Error(input) where they are not what that would have let pass.
std::uint64_t needed_size(const std::string& qcow2);

}  // namespace provisioner::image
