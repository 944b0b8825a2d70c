#pragma once

#include <vector>

#include "provisioner/front/platform/gates_site.h"

namespace provisioner::platform {

// P-7, beside what `users report` has kept: the directory that `identity` names takes the name and
// the password that are declared, and shows each pilot user.
std::vector<gates::Line> try_directory(const GatesSite& site);

}  // namespace provisioner::platform
