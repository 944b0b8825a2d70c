#pragma once

#include <string>

#include "provisioner/machine/lab/record.h"

namespace provisioner::lab {

// The inventory layer that says where this lab's nodes are, for a third -i above the site and
// inventory/lab: group this_lab with addresses, keys and network of each node. As variables of
// hosts they win against those of all groups.
std::string inventory_layer(const Record& record);

}  // namespace provisioner::lab
