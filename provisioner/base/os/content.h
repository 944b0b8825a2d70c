#pragma once

#include <string>
#include <vector>

#include "provisioner/base/os/files.h"

namespace provisioner::os {

// Where what comes with the program may lie, nearest first: `name` in each folder above the
// program's own, then in /usr/share/provisioner. Nothing is looked at.
std::vector<std::string> content_places(const std::string& name);
// The nearest file (or is_directory) of that name: "playbooks/cluster/prepare.yml". Throws
// Error(failed) where there is none.
std::string require_content(const std::string& name, bool (*is_kind)(const std::string&) = is_file);

}  // namespace provisioner::os
