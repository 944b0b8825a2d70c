#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/platform/users/identity.h"

namespace provisioner::users {

// A user's directory on an export, and who owns it there.
struct Home {
  std::string of_export, user, path;
  std::uint32_t uid = 0, gid = 0;
  std::string mode = {};  // in octal digits
};

// A script for sh that says of each export how it is mounted, and who owns what in it. Looks only.
std::string homes_script(std::string_view script, const std::vector<Export>& exports);

// What that has printed. Throws Error(failed) for an export that is not mounted, or cannot be read
// on that node: homes that nobody has seen are not homes that are right.
std::vector<Home> read_homes(std::string_view said, const std::vector<Export>& exports);

}  // namespace provisioner::users
