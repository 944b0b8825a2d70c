#pragma once

#include <string>
#include <vector>

#include "provisioner/front/cluster/cluster_session.h"

namespace provisioner::cluster {

// `given`, or what all these nodes have as their `instance_name`. Throws Error(usage) where they
// are of several, or one is unknown.
std::string instance_of(const cli::RunWords& words, const std::vector<std::string>& nodes,
                        const std::string& given);

// One for each budget that keeps a node of the cluster from being drained.
Notes budget_notes(const kubernetes::ClusterWish& wish, const kubernetes::ClusterSight& sight);

// One after the other; false where something stands against it, which is told. A node that is
// drained already stays so.
bool drain_nodes(ClusterSession& session, const std::vector<std::string>& nodes);
bool bring_back_nodes(ClusterSession& session, const std::vector<std::string>& nodes);

}  // namespace provisioner::cluster
