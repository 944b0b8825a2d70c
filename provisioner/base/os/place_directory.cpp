// A directory that takes the place of another.

#include "provisioner/base/os/place_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "provisioner/base/os/failure.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {

bool place_directory(const std::string& made, const std::string& path) {
  const auto move = [&](unsigned how) {
    return ::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, path.c_str(), how) == 0;
  };
  const bool was_free = move(RENAME_NOREPLACE);
  if (!was_free && errno != EEXIST) fail("move to", path, errno);
  if (!was_free && !move(RENAME_EXCHANGE)) fail("replace", path, errno);
  const Descriptor above(::open(parent_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!above.is_open() || ::fsync(above.number()) != 0) fail("sync the folder of", path, errno);
  return !was_free;
}

}  // namespace provisioner::os
