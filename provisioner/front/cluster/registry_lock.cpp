// Who changes the registry, one at a time.

#include "provisioner/front/cluster/registry_lock.h"

#include <optional>
#include <utility>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/front/cli/say.h"

namespace provisioner::cluster {
namespace {

std::string lock_path(const ClusterWork& work) { return os::join_path(work.directory, "lock"); }

os::Descriptor require_held(std::optional<os::Descriptor> held) {
  if (!held)
    throw base::Error(base::Kind::refused, "another command is at work on the site's registry")
        .set_hint("wait for its end: one at a time changes what it has");
  return *std::move(held);
}

}  // namespace

os::Descriptor hold_registry(const ClusterWork& work) {
  return require_held(os::try_to_hold(lock_path(work)));
}

os::Descriptor share_registry(const ClusterWork& work, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds none{0};
  auto held = os::hold(lock_path(work), os::Sharing::with_others, none);
  if (!held && patience > none) {
    cli::say("waiting for another command that is at work on the site's registry");
    held = os::hold(lock_path(work), os::Sharing::with_others, patience);
  }
  return require_held(std::move(held));
}

}  // namespace provisioner::cluster
