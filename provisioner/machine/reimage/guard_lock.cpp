// A file of the state directory that is held.

#include "provisioner/machine/reimage/guard_lock.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/file_lock.h"

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
  const os::Instant end = clock.now() + longest;
  while (true) {
    if (auto file = os::try_to_hold(path)) return std::move(*file);
    if (is_stopped()) throw Error(Kind::stopped, "stopped while other nodes are decided on");
    if (clock.now() > end)
      throw Error(Kind::failed, "other commands have been asking their guards for five minutes");
    pause(between_tries);
  }
}

}  // namespace provisioner::reimage
