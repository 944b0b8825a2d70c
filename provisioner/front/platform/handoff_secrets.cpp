// What no bundle may show.

#include "provisioner/front/platform/handoff_secrets.h"

#include "provisioner/front/cli/inventory_secrets.h"

namespace provisioner::platform {

std::vector<handoff::KeptSecret> kept_secrets(const cli::RunWords& words) {
  std::vector<handoff::KeptSecret> secrets;
  for (const auto& list : {cli::inventory_secrets(words), cli::state_secrets()})
    for (const cli::NamedSecret& one : list) secrets.push_back({one.name, one.text});
  return secrets;
}

}  // namespace provisioner::platform
