#pragma once

#include <string>

namespace provisioner::os {

// A file under its final name, its bytes and the name on the disk: whoever finds it after a power
// cut finds it whole. Both on one file system. Throws Error(failed).
void rename_durably(const std::string& from, const std::string& to);

}  // namespace provisioner::os
