#pragma once

#include "provisioner/front/cluster/cluster_session.h"

namespace provisioner::cluster {

// Has on the cluster what is ours of its components, tells where they are reached, and of those
// that were brought once and are somebody else's now.
void bring_components(ClusterSession& session);

// The roles of those that are ours, in the order in which they need each other.
std::vector<std::string> component_roles(const cli::ClusterSite& site);

// Whether what is ours of the components can be, told before any node is touched.
bool can_have_components(const cli::ClusterSite& site);

// Who owns what, in a line each.
void tell_owners(const cli::ClusterSite& site);

}  // namespace provisioner::cluster
