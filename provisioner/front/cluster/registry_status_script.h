#pragma once

#include <string_view>

namespace provisioner::cluster {

// registry_status_script.sh, which the registry's node is looked at with.
std::string_view registry_status_script();

}  // namespace provisioner::cluster
