#pragma once

#include <optional>
#include <string>

#include "provisioner/base/os/files.h"

namespace provisioner::os {

// Holds a file that one process at a time may hold (flock(2)), for as long as the descriptor is
// open; a process that dies holds nothing. It is made where it is missing, ours alone; a link is
// refused. Nullopt where another holds it. Throws Error(failed).
std::optional<Descriptor> try_to_hold(const std::string& path);

}  // namespace provisioner::os
