#pragma once

#include <string>
#include <vector>

#include "provisioner/front/cli/loaded_inventory.h"

namespace provisioner::cluster {

// Where a file of these instances lies: beside the layer that holds them, which is the inventory of
// the command line that puts nodes into their groups; `name` is relative to that, an absolute one
// stays. Beside the first inventory where none is known. Throws Error(input) where layers in
// several folders hold them, and where the file lies beside the first inventory instead.
std::string beside_instances(const cli::LoadedInventory& loaded,
                             const std::vector<std::string>& instances, const std::string& name);

// The inventory of the command line that holds an instance; the first one where none is known, or
// several do.
std::string layer_of(const cli::LoadedInventory& loaded, const std::string& instance);

}  // namespace provisioner::cluster
