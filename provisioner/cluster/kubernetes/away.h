#pragma once

#include <cstdint>
#include <map>
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

// How a node goes down: it comes back with its disks, or they are erased.
enum class Departure : std::uint8_t { for_a_while, erased };

// The same of nodes that go down as they are, all at once, and of those beside the control plane
// that still take pods; by node. What is no part of the cluster may go, and for a while the only
// control-plane node, since nobody else's vote hangs on it.
std::map<std::string, Objection> departure_objections(const ClusterWish& wish,
                                                      const ClusterSight& sight,
                                                      const std::vector<std::string>& nodes,
                                                      Departure departure);

// Why none of these may go down while a command of ours changes the cluster: what it has decided
// rests on all that it has seen. What is no part of the cluster may go.
std::map<std::string, Objection> objections_at_work(const ClusterSight& sight,
                                                    const std::vector<std::string>& nodes);

}  // namespace provisioner::kubernetes
