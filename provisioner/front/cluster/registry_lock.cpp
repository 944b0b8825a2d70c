// Who changes the registry, one at a time.

#include "provisioner/front/cluster/registry_lock.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/file_lock.h"

namespace provisioner::cluster {

os::Descriptor hold_registry(const ClusterWork& work) {
  auto held = os::try_to_hold(os::join_path(work.directory, "lock"));
  if (!held)
    throw base::Error(base::Kind::refused, "another command is at work on the site's registry")
        .set_hint("wait for its end: one at a time writes the lock of images");
  return *std::move(held);
}

}  // namespace provisioner::cluster
