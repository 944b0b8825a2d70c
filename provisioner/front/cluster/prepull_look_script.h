#pragma once

#include <string_view>

namespace provisioner::cluster {

// prepull_look_script.sh, which nodes are asked with what room they have for images.
std::string_view prepull_look_script();

}  // namespace provisioner::cluster
