#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/machine/metal/power_change.h"

namespace provisioner::cli {

// What a node's BMC says of its power at this moment.
struct PowerSaid {
  metal::Power power = metal::Power::unknown;
  std::optional<base::Error> problem = {};  // why that is not known, or not of this node
  std::optional<std::string> warning = {};  // what was not checked: metal::require_serial
};

// For machines that are only to be looked at.
metal::Patience patience_of_a_look();

// Asks the BMCs of the nodes, many at once and each within the patience, and changes nothing. One
// that gives no answer that counts, does not take our credentials or is another machine's is that
// node's problem; a wrong password is tried once. In the order of the nodes. Throws Error(stopped)
// on Ctrl-C; no other SignalWatch may live.
std::vector<PowerSaid> ask_power(const std::vector<NamedNode>& nodes,
                                 const metal::Patience& patience);

}  // namespace provisioner::cli
