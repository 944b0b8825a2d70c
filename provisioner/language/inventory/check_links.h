#pragma once

#include "provisioner/language/inventory/node_facts.h"
#include "provisioner/language/inventory/node_findings.h"

namespace provisioner::inventory {

// Whether a node's networks and links fit together: members, names, VLANs, addresses, routes, MTU.
void check_links(const CheckedNode& node, NodeFindings& findings);

}  // namespace provisioner::inventory
