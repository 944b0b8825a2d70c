#pragma once

#include <string_view>

namespace provisioner::cli {

// cluster_look_script.sh, which each node is looked at with.
std::string_view cluster_look_script();

}  // namespace provisioner::cli
