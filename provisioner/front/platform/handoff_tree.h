#pragma once

#include <string>

#include "provisioner/platform/handoff/instance.h"

namespace provisioner::platform {

// Writes a bundle so that `directory` holds either what it held or all of it: beside it first,
// synced, then moved there in one step. Throws Error(refused) where something else than a bundle
// stands there.
void write_tree(const handoff::Files& files, const std::string& directory);

// All regular files below a directory, by path; each link and each thing that is no file is there
// with its name and what it is, so that nobody takes it for one that was signed. Throws
// Error(usage) where there is no such directory.
handoff::Files read_tree(const std::string& directory);

}  // namespace provisioner::platform
