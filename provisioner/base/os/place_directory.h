#pragma once

#include <string>

namespace provisioner::os {

// Has a directory stand at `path` in one step, durably: whoever looks there sees the old one or the
// new one. What stood there is at `made` after that; the answer is whether something did. Both are
// on one file system. Throws Error(failed).
bool place_directory(const std::string& made, const std::string& path);

}  // namespace provisioner::os
