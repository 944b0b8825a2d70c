#pragma once

#include <string>
#include <vector>

#include "provisioner/front/platform/gates_site.h"

namespace provisioner::platform {

// C-16: looks for secrets in the tree that `handoff` would write now, and in the one that it wrote
// where it writes unless it is told otherwise. Throws Error where none can be made.
std::vector<gates::Line> try_bundle(const cli::RunWords& words, const GatesSite& site);

// What is to be known of the file `break_glass_file` names, beside the inventory: "" where it
// names none, "certificate BASE64" of one that is sealed, else what is wrong with it.
std::string break_glass(const cli::RunWords& words, const GatesSite& site);

}  // namespace provisioner::platform
