#pragma once

#include <string_view>

namespace provisioner::platform {

// client_certificate_script.sh, which a control-plane node has the cluster sign with.
std::string_view client_certificate_script();

}  // namespace provisioner::platform
