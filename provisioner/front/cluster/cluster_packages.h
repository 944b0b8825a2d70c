#pragma once

#include "provisioner/front/cluster/cluster_stages.h"

namespace provisioner::cluster {

// Whether the nodes' sources of packages have all that roles install; what they lack is told. Where
// they cannot be asked from here a remark says so, and nothing speaks against it. No node is asked.
bool has_packages(const ClusterWork& work);

}  // namespace provisioner::cluster
