#pragma once

#include <string>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {

// A path as the node means it: "~", "~user", "$NAME" and "${NAME}" are replaced where they are
// known.
std::string expand_path(const std::string& path, const host::HostView& view);

// All arguments of type path, expanded. Only a node can do it, so binding on the controller leaves
// them.
value::Dict expand_paths(const Spec& spec, value::Dict values, const host::HostView& view);

}  // namespace provisioner::modules
