#pragma once

#include <string>
#include <vector>

namespace provisioner::handoff {

// Applications that Phalanx has, in order (lsst-sqre/phalanx, applications/). A fork may have
// others.
const std::vector<std::string>& known_phalanx_applications();

}  // namespace provisioner::handoff
