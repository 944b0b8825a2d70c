#pragma once

#include <functional>
#include <string>

#include "provisioner/platform/handoff/instance.h"

namespace provisioner::platform {

// Throws Error(refused) where something stands at `directory` that nobody would want to lose: all
// but an empty directory and a bundle of this instance as it was written.
void require_replaceable(const std::string& directory, const std::string& instance);

// Writes a bundle so that `directory` holds either what it held or all of it: beside it first,
// synced, then moved there in one step. Refuses what `require_replaceable` does. `heed` is called
// between files; where it throws, what was written is taken away.
void write_tree(const handoff::Files& files, const std::string& directory,
                const std::string& instance, const std::function<void()>& heed);

// All regular files below a directory, by path; each link and each thing that is no file is there
// with its name and what it is, so that nobody takes it for one that was signed. Throws
// Error(usage) where there is no such directory.
handoff::Files read_tree(const std::string& directory);

}  // namespace provisioner::platform
