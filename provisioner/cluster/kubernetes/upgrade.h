#pragma once

#include <cstddef>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// What `cluster upgrade` does next to bring a cluster to the version of its wish: all API servers
// first, one at a time, then the kubelets of the control plane, one at a time, then those of the
// workers, `wave` at a time; each kubelet's node is drained before and brought back after. So no
// kubelet is ever newer than an API server. Goes on from wherever it was cut off. A worker that was
// drained and died holds its place in the wave.
Next next_upgrade_step(const ClusterWish& wish, const ClusterSight& sight, std::size_t wave = 1);

}  // namespace provisioner::kubernetes
