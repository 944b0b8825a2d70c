#pragma once

#include <string_view>

namespace provisioner::handoff {

// gen3_storage_check.sh, with @URL@, @REGION@ and @BUCKET@ to be filled in.
std::string_view gen3_storage_check();

}  // namespace provisioner::handoff
