#pragma once

#include <string>
#include <vector>

#include "provisioner/front/platform/gates_site.h"

namespace provisioner::platform {

// Variables that scripts are told, by their names in the inventory.
std::vector<std::string> told_variables();

// What scripts find in their environment, as lines for sh.
std::string environment_of(const cli::RunWords& words, const GatesSite& site);
// The same for the script of nodes; the engine says on which one it runs.
std::string node_environment_of(const GatesSite& site);

}  // namespace provisioner::platform
