#pragma once

#include <chrono>

#include "provisioner/base/os/files.h"
#include "provisioner/front/cluster/cluster_stages.h"

namespace provisioner::cluster {

// One command at a time writes images.lock and changes the site's registry. Throws Error(refused).
os::Descriptor hold_registry(const ClusterWork& work);
// Several bring images of the artefacts at once, and nobody changes the registry meanwhile. Waits
// for whoever does, and says so. Throws Error(refused) once `patience` is over.
os::Descriptor share_registry(const ClusterWork& work, std::chrono::milliseconds patience);

}  // namespace provisioner::cluster
