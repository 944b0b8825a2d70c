#pragma once

#include <string_view>

namespace provisioner::platform {

// A script of gates/ by its name without ".sh". Throws Error(bug) for one that there is not.
std::string_view gate_script(std::string_view name);

}  // namespace provisioner::platform
