#pragma once

#include <string>

#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::inventory {

// What speaks against one more machine in an inventory: another one has its name, or one of the
// MAC and IP addresses, serial numbers and WWNs in its node keys. Each is an error that tells where
// whoever has it says so.
void check_newcomer(const Inventory& inventory, const jinja::Templar& templar,
                    const std::string& name, const value::Dict& keys,
                    base::Diagnostics& diagnostics);

}  // namespace provisioner::inventory
