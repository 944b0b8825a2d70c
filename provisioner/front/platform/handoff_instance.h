#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/platform/handoff/instance.h"

namespace provisioner::platform {

// What a bundle is made of, read from the inventory, from what lies beside it, and from the
// controller's state. A control-plane node is asked for the API's authority where a role's people
// log in at an issuer, and for the address that our ingress was given where the inventory names
// none; nobody else is asked anything. Throws Error.
handoff::Instance handed_over(const cli::RunWords& words, const std::string& instance,
                              bool is_draft);

// Variables that it is made of, of each node.
std::vector<std::string> handoff_variables();
// What keeps nodes with these from being handed over, as far as the inventory says it, added to
// `diagnostics`. Throws the problem of a node that has one.
void check_handoff(const cli::ClusterSite& site, const std::vector<cli::NamedNode>& nodes,
                   base::Diagnostics& diagnostics);

}  // namespace provisioner::platform
