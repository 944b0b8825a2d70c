#pragma once

#include <string_view>

namespace provisioner::platform {

// network_policy_script.sh, which tries packets on a cluster (gates/network_policy.h reads it).
std::string_view network_policy_script();

}  // namespace provisioner::platform
