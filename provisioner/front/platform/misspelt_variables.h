#pragma once

#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/loaded_inventory.h"

namespace provisioner::platform {

// Warns of each variable of the inventory that nothing uses (not the program, no playbook, role or
// template that comes with it or lies in `playbook_directory`, "" where we are, and no other
// variable), and that is named almost like one that there is.
void warn_of_misspelt_variables(const cli::LoadedInventory& loaded,
                                const std::string& playbook_directory,
                                base::Diagnostics& diagnostics);

}  // namespace provisioner::platform
