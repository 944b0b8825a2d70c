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

// By the variables of one node, the instance's first of the control plane. Mistakes of what is not
// ours in this instance are none.
profile::Profile instance_profile(const NamedNode& node, const kubernetes::ClusterWish& wish,
                                  base::Diagnostics& diagnostics);

}  // namespace provisioner::cli
