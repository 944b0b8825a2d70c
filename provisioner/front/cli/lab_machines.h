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

}  // namespace provisioner::cli
