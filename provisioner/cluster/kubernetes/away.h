#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/objection.h"
#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// Why these nodes may not all be out of service now, for a drain, a reboot, a re-image or an
// upgrade: of the control plane one node at a time, while all others are there, and never the one
// that etcd's quorum hangs on.
std::optional<Objection> away_objection(const ClusterWish& wish, const ClusterSight& sight,
                                        const std::vector<std::string>& nodes);

}  // namespace provisioner::kubernetes
