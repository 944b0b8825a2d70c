#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/kubernetes/wish.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/platform/access/access.h"
#include "provisioner/platform/profile/profile.h"

namespace provisioner::cli {

// The variables that say who may do what on an instance, and what is to be known for that.
extern const std::vector<std::string> access_variables;

// By the variables of one node, the instance's first of the control plane.
access::Access instance_access(const NamedNode& node, const profile::Profile& owners,
                               const kubernetes::ClusterWish& wish, base::Diagnostics& diagnostics);

}  // namespace provisioner::cli
