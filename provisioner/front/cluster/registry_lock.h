#pragma once

#include "provisioner/base/os/files.h"
#include "provisioner/front/cluster/cluster_stages.h"

namespace provisioner::cluster {

// One command at a time writes images.lock and changes the site's registry. Throws Error(refused).
os::Descriptor hold_registry(const ClusterWork& work);

}  // namespace provisioner::cluster
