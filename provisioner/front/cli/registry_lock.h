#pragma once

#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/cluster_stages.h"

namespace provisioner::cli {

// One command at a time writes images.lock and changes the site's registry. Throws Error(refused).
os::Descriptor hold_registry(const ClusterWork& work);

}  // namespace provisioner::cli
