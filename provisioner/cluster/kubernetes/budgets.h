#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"

namespace provisioner::kubernetes {

// Has `next` drain these nodes, or object for each budget that would never let one of their pods
// go: then no node is cordoned for nothing. What a drain only waits for is remarked. Those that are
// not ready are cordoned first: nobody there would end a pod, so their drain would never end.
void propose_drain(Next& next, const ClusterSight& sight, std::vector<std::string> nodes);

// A sentence for each budget that keeps any of these nodes from being drained.
std::vector<std::string> budget_remarks(const ClusterSight& sight,
                                        const std::vector<std::string>& nodes);

}  // namespace provisioner::kubernetes
