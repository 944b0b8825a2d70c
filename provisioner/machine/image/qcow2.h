#pragma once

#include <string>

namespace provisioner::image {

bool is_qcow2(const std::string& file);

// The raw disk that a qcow2 file holds, made in `directory`, whose owner becomes nobody where we
// are root. The file is opened by qemu-img alone, without the network, as nobody, bounded in memory
// and time, and only where it names no other file (backing and data files: CVE-2024-44082,
// CVE-2024-32498). Throws Error(input) for a file that is refused: damaged, cut off, encrypted or
// marked as corrupt.
std::string unpack_qcow2(const std::string& file, const std::string& directory);

}  // namespace provisioner::image
