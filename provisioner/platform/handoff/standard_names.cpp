// Names that nobody has given.

#include "provisioner/platform/handoff/standard_names.h"

#include "provisioner/base/base/text.h"

namespace provisioner::handoff {

std::string standard_environment(const std::string& instance) {
  return base::replace_all(instance, "_", "-");
}

std::string standard_vault_path(const std::string& environment) {
  return "secret/phalanx/" + environment;
}

}  // namespace provisioner::handoff
