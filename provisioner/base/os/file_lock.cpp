// Files that are held.

#include "provisioner/base/os/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

#include "provisioner/base/base/error.h"

namespace provisioner::os {
namespace {

[[noreturn]] void fail(const std::string& doing, const std::string& path, int number) {
  throw base::Error(base::Kind::failed, "cannot " + doing + " '" + path +
                                            "': " + std::generic_category().message(number));
}

}  // namespace

std::optional<Descriptor> try_to_hold(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) fail("open", path, errno);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK && errno != EINTR) fail("lock", path, errno);
  return std::nullopt;
}

}  // namespace provisioner::os
