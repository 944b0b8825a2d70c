#pragma once

#include <string_view>

namespace provisioner::handoff {

// gen3_search_check.sh, with @NAMESPACE@ to be filled in.
std::string_view gen3_search_check();

}  // namespace provisioner::handoff
