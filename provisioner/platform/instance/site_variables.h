#pragma once

#include <string>
#include <vector>

#include "provisioner/platform/instance/variable_form.h"
#include "provisioner/platform/profile/profile.h"

namespace provisioner::instance {

// Variables that playbooks of a cluster rely on, in the forms that they are taken in.
std::vector<std::string> site_variable_names();

// Those that one node has: of what is not ours nothing is asked. All mistakes, each once, at its
// place.
void check_site_variables(const value::Dict& of_node, const profile::Profile& owners,
                          base::Diagnostics& diagnostics);

}  // namespace provisioner::instance
