#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/os/files.h"

namespace provisioner::deploy {

// The files of a system that is not running, below a directory of ours. Paths are the system's own
// ("/etc/hostname"); links on the way are followed as it would follow them, never out of it
// (openat2(2), RESOLVE_IN_ROOT). The last name of a path is never followed. Throws Error(failed).
class Tree {
 public:
  explicit Tree(const std::string& root);
  const std::string& root() const { return root_; }

  // Durable, in one step; owned by root. Missing directories above it are made.
  void write_file(const std::string& path, std::uint32_t mode, std::string_view content) const;
  std::optional<std::string> read_file(const std::string& path) const;
  void remove_file(const std::string& path) const;  // one that is not there is no error
  std::vector<std::string> entries(const std::string& directory) const;  // sorted; none: no such

 private:
  os::Descriptor open(const std::string& path, int flags) const;
  os::Descriptor parent_of(const std::string& path) const;

  std::string root_;
  os::Descriptor directory_;
};

}  // namespace provisioner::deploy
