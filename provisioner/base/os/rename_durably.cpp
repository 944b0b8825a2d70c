// A file that is whole wherever it is seen.

#include "provisioner/base/os/rename_durably.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {
namespace {

[[noreturn]] void fail(const std::string& doing, const std::string& path) {
  throw base::Error(base::Kind::failed, "cannot " + doing + " '" + path +
                                            "': " + std::generic_category().message(errno));
}

void sync(const std::string& path, int flags) {
  const Descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
  if (!opened.is_open()) fail("open", path);
  if (::fsync(opened.number()) != 0) fail("sync", path);
}

}  // namespace

void rename_durably(const std::string& from, const std::string& to) {
  sync(from, 0);
  if (::rename(from.c_str(), to.c_str()) != 0) fail("keep", to);
  sync(parent_of(to), O_DIRECTORY);
}

}  // namespace provisioner::os
