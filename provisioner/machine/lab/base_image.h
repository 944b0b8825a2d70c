#pragma once

#include <string>

#include "provisioner/machine/lab/lab.h"

namespace provisioner::lab {

// The tree that all nodes of a lab stand on, read-only: made once by mmdebstrap from the packages
// of this machine's own apt sources, and kept in the cache under the digest of everything it was
// made from. Returns its path.
std::string ensure_base(const Settings& settings, const Progress& progress);

}  // namespace provisioner::lab
