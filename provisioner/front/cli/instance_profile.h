#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/kubernetes/wish.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/platform/profile/profile.h"

namespace provisioner::cli {

// The variables that say who owns what of an instance, and what of it is ours to check before any
// node is touched.
extern const std::vector<std::string> profile_variables;

// By the variables of one node, the instance's first of the control plane.
profile::Profile instance_profile(const NamedNode& node, base::Diagnostics& diagnostics);

// Whether what is ours can be: its addresses and classes. What is not ours is not looked at.
void check_components(const NamedNode& node, const profile::Profile& owners,
                      const kubernetes::ClusterWish& wish, base::Diagnostics& diagnostics);

}  // namespace provisioner::cli
