#pragma once

#include <string_view>

namespace provisioner::cluster {

// registry_pods_script.sh, which a control-plane node is asked with which pods run what.
std::string_view registry_pods_script();

}  // namespace provisioner::cluster
