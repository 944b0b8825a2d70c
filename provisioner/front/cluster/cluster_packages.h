#pragma once

#include "provisioner/front/cluster/cluster_stages.h"
#include "provisioner/front/cluster/notes.h"

namespace provisioner::cluster {

// What roles install and the nodes' sources of packages do not have. Where these cannot be asked
// from here a remark says so, and nothing speaks against it. No node is asked.
Notes missing_packages(const ClusterWork& work);

}  // namespace provisioner::cluster
