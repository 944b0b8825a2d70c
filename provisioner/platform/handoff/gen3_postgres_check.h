#pragma once

#include <string_view>

namespace provisioner::handoff {

// gen3_postgres_check.sh, with @HOST@, @PORT@ and @USER@ to be filled in.
std::string_view gen3_postgres_check();

}  // namespace provisioner::handoff
