#pragma once

#include <string>

#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::inventory {

// What speaks against one more machine in an inventory: its name is a group's, another machine's or
// this one's, or another one has one of the MAC and IP addresses, serial numbers and WWNs in its
// node keys. Each is an error; of another machine's it tells where that one says so.
void check_newcomer(const Inventory& inventory, const jinja::Templar& templar,
                    const std::string& name, const value::Dict& keys,
                    base::Diagnostics& diagnostics);

}  // namespace provisioner::inventory
