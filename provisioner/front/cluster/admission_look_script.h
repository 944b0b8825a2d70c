#pragma once

#include <string_view>

namespace provisioner::cluster {

// admission_look_script.sh, which a control-plane node is asked with whether the policy of vetted
// images stands.
std::string_view admission_look_script();

}  // namespace provisioner::cluster
