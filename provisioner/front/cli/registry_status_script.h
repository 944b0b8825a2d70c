#pragma once

#include <string_view>

namespace provisioner::cli {

// registry_status_script.sh, which the registry's node is looked at with.
std::string_view registry_status_script();

}  // namespace provisioner::cli
