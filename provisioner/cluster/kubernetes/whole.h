#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// What `cluster down` does next: workers are reset side by side, then the control plane one by one,
// last the node that the cluster began on. Done where no node has anything of a cluster; what
// stands against that in the end are nodes that do not answer.
Next next_down_step(const ClusterWish& wish, const ClusterSight& sight);

// What that removes, a sentence for each node that has anything of a cluster.
std::vector<std::string> removed_by_down(const ClusterWish& wish, const ClusterSight& sight);

// What `cluster add` does next: the same as `cluster up`, as if the inventory asked for nobody that
// is not in the cluster yet but `added`. It begins no cluster.
Next next_addition_step(const ClusterWish& wish, const ClusterSight& sight,
                        const std::vector<std::string>& added);

}  // namespace provisioner::kubernetes
