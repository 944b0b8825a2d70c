#pragma once

#include <string_view>

namespace provisioner::platform {

// home_owners_script.sh, which tells whose directories lie on exports (users/homes.h reads it).
std::string_view home_owners_script();

}  // namespace provisioner::platform
