#pragma once

#include <vector>

#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/machine/lab/lab.h"

namespace provisioner::cli {

// Virtual machines of the lab as the inventory describes the real ones: ports with their MACs,
// disks with serials and WWNs at a hundredth of their size, firmware, serial number. Their
// addresses are those of a lab's nodes. Throws Error(input) for one that cannot be made.
std::vector<lab::Machine> lab_machines(const std::vector<NamedNode>& nodes,
                                       const lab::Settings& settings);

// What they find at their site: exports for the mounts by NFS of their inventory, and homes of its
// `users` (of the nodes' variables) in them.
lab::SiteServices lab_services(const std::vector<NamedNode>& nodes);

}  // namespace provisioner::cli
