#pragma once

#include <vector>

#include "provisioner/front/platform/gates_here.h"

namespace provisioner::platform {

// P-9: what the site's registry has for notebooks and is pulled before anybody asks for it
// (`phalanx_prepulled`; all of the notebooks' repository), against the file system that each node
// for notebooks has for images. Throws as registry_site and the registry's client.
std::vector<gates::Line> try_notebooks(const HereContext& context);

}  // namespace provisioner::platform
