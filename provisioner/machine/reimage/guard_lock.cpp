// flock(2) on a file of the state directory.

#include "provisioner/machine/reimage/guard_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

#include "provisioner/base/base/error.h"

namespace provisioner::reimage {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::minutes longest{5};
constexpr std::chrono::milliseconds between_tries{100};

}  // namespace

os::Descriptor hold_guards(const std::string& state_directory, const os::Clock& clock,
                           const metal::Pause& pause, const std::function<bool()>& is_stopped) {
  const std::string path = os::join_path(state_directory, "reimage-guards.lock");
  os::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open())
    throw Error(Kind::failed,
                "cannot open '" + path + "': " + std::generic_category().message(errno));
  const os::Instant end = clock.now() + longest;
  while (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      throw Error(Kind::failed,
                  "cannot lock '" + path + "': " + std::generic_category().message(errno));
    if (is_stopped()) throw Error(Kind::stopped, "stopped while other nodes are decided on");
    if (clock.now() > end)
      throw Error(Kind::failed, "other re-images have been asking their guards for five minutes");
    pause(between_tries);
  }
  return file;
}

}  // namespace provisioner::reimage
