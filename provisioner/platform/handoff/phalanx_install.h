#pragma once

#include <string_view>

namespace provisioner::handoff {

// phalanx_install.sh, before which the variables environment, repository and revision are set.
std::string_view phalanx_install();

}  // namespace provisioner::handoff
