#pragma once

#include <string_view>

namespace provisioner::cluster {

// registry_stored_script.sh, which tells what a storage of the registry has.
std::string_view registry_stored_script();

}  // namespace provisioner::cluster
