// What this program is.

#include "provisioner/front/cli/version.h"

namespace provisioner::cli {

std::string version_text() { return "provisioner 0.1.0 (language of ansible-core 2.14)"; }

}  // namespace provisioner::cli
