#pragma once

#include <string>
#include <vector>

#include "provisioner/node/host/host_view.h"

namespace provisioner::modules {

// The paths on the node that a pattern names, as Python's glob.glob: *, ? and [...] in any
// component; a hidden name only where the pattern's own begins with a dot. A path without pattern
// is itself, where it exists.
std::vector<std::string> node_glob(const host::HostView& view, const std::string& pattern);

}  // namespace provisioner::modules
