// What this program is.

#include "provisioner/front/cli/version.h"

#include "provisioner/node/wire/frame.h"

namespace provisioner::cli {

std::string version_text() {
  return "provisioner 0.1.0 (agent protocol " + std::to_string(wire::protocol_version) +
         ", language of ansible-core 2.14)";
}

}  // namespace provisioner::cli
