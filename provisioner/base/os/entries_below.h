#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace provisioner::os {

// What lies below a folder, at whatever depth.
struct EntryBelow {
  std::string path;                       // with the folder's before it
  bool is_link = false, is_file = false;  // a link is no file, whatever it leads to
  std::uint64_t names = 1;                // hard links, its own included
};

// All of it, sorted; links are not followed. Throws Error(failed) for a folder that cannot be read.
std::vector<EntryBelow> entries_below(const std::string& folder);

}  // namespace provisioner::os
