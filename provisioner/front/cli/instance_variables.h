#pragma once

#include <string>
#include <vector>

#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cli {

struct ClusterSite;

// Variables that roles rely on and that are looked at before any node is touched; one that cannot
// be evaluated yet is left to its role.
std::vector<std::string> checked_variables();

// What is said wrongly in them goes to the site's `component_mistakes`; `first` is its first
// control-plane node. The rest of the site is read before.
void check_variables(const std::vector<NamedNode>& nodes, const NamedNode& first,
                     ClusterSite& site);

}  // namespace provisioner::cli
