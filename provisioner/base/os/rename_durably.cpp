// A file that is whole wherever it is seen.

#include "provisioner/base/os/rename_durably.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "provisioner/base/os/failure.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {
namespace {

void sync(const std::string& path, int flags) {
  const Descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
  if (!opened.is_open()) fail("open", path, errno);
  if (::fsync(opened.number()) != 0) fail("sync", path, errno);
}

}  // namespace

void rename_durably(const std::string& from, const std::string& to) {
  sync(from, 0);
  if (::rename(from.c_str(), to.c_str()) != 0) fail("keep", to, errno);
  sync(parent_of(to), O_DIRECTORY);
}

}  // namespace provisioner::os
