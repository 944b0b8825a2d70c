#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"

namespace provisioner::kubernetes {

// A control-plane node from which others are helped: one that votes in etcd if there is any, never
// one of `except`. nullopt: there is none.
std::optional<std::string> helping_node(const ClusterWish& wish, const ClusterSight& sight,
                                        const std::vector<std::string>& except);

// The same, but for one that answers and is ready, where there is any.
std::optional<std::string> ready_helping_node(const ClusterWish& wish, const ClusterSight& sight);

// The same for one step: not a node that it takes things from, nor the one whose etcd member it
// removes, since a member that leaves stops before it has answered. The only control-plane node
// there is helps itself.
std::optional<std::string> helper_of(const ClusterWish& wish, const ClusterSight& sight,
                                     const Step& step);

}  // namespace provisioner::kubernetes
