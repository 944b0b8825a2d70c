#pragma once

#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::inventory {

// True where group "all" sets `provisioner_schema: 1`: only then are the node keys what schema.h
// says. Any other inventory may use such names as it likes. A version that is not known is an
// error.
bool declares_schema(const Inventory& inventory, base::Diagnostics& diagnostics);

// All mistakes in the node keys of all hosts and groups: types and names, and whether nodes fit
// together. Templates are judged as far as the inventory itself says what they come to: nothing is
// looked up, opened or run.
void check_node_keys(const Inventory& inventory, base::Diagnostics& diagnostics);

// The same with templates that may look up and open what `templar` allows.
void check_node_keys(const Inventory& inventory, const jinja::Templar& templar,
                     base::Diagnostics& diagnostics);

}  // namespace provisioner::inventory
