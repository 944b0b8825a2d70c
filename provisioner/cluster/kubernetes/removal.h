#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// What `cluster remove NODE` does next, whether the inventory asks for the node or not any more:
// drain, etcd member, reset, API object, in this order; of one whose data in etcd is corrupt the
// member goes first, since nothing can be written before. A node that does not answer is neither
// drained nor reset; the remarks say what is left to do on it. Nor is one drained that is not ready
// or whose disk is new: no kubelet would end its pods. One that has not been ready for a moment
// only may come back and be drained: that stands against it. Done where nothing of it is left.
Next next_removal_step(const ClusterWish& wish, const ClusterSight& sight, const std::string& node);

// What stands against taking a node out of the cluster for good.
std::vector<Objection> removal_objections(const ClusterWish& wish, const ClusterSight& sight,
                                          const std::string& node);

}  // namespace provisioner::kubernetes
