#pragma once

#include <string_view>

namespace provisioner::cli {

// cluster_certs_script.sh, which each node tells of its certificates with.
std::string_view cluster_certs_script();

}  // namespace provisioner::cli
