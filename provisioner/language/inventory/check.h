#pragma once

#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::inventory {

// What `inventory check` finds beyond what loading said, added to it. Errors: mistakes in node keys
// that only show once lookups and vaults are opened, ports that are none. Warnings: files of
// group_vars and host_vars that belong to nobody, templates of node keys that cannot be evaluated,
// node keys that several layers set and of which playbooks see only the strongest, hosts without an
// address beside such with one, hosts that share one.
void check(const Inventory& inventory, const jinja::Templar& templar,
           base::Diagnostics& diagnostics);

}  // namespace provisioner::inventory
