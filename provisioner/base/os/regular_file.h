#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "provisioner/base/os/files.h"

namespace provisioner::os {

// A regular file as it was when it was read, whole.
struct RegularFile {
  std::string bytes;
  mode_t mode = 0;  // its permission bits
};

// For files that others may have put where we read: a FIFO, a device, a socket or a directory is
// refused at once by Error(input), and nobody is waited for. Links are followed. Throw
// Error(failed) with the path and the reason where it cannot be read, or is larger than `limit`.
std::optional<RegularFile> read_regular_file(const std::string& path,
                                             std::size_t limit = 64 << 20);  // nullopt: none there
RegularFile require_regular_file(const std::string& path,
                                 std::size_t limit = 64 << 20);  // missing is Error(input)
Descriptor open_regular_file(const std::string& path);           // not open: none there

// From where the descriptor stands; `path` is for what is told.
std::string read_to_end(const Descriptor& file, const std::string& path, std::size_t limit);

}  // namespace provisioner::os
