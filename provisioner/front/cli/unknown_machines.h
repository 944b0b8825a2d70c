#pragma once

#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cli {

// Machines that asked the boot service for an address and are in no inventory. Returns the exit
// status.
int show_unknown(const NodeWords& words, bool is_json);

}  // namespace provisioner::cli
