#pragma once

#include <string_view>

namespace provisioner::platform {

// cluster_answer_script.sh, which tells what a bundle has of a cluster that runs: the authority of
// its API, and the addresses of its pages.
std::string_view cluster_answer_script();

}  // namespace provisioner::platform
