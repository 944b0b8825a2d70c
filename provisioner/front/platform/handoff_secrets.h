#pragma once

#include <vector>

#include "provisioner/front/cli/run_words.h"
#include "provisioner/platform/handoff/secret_search.h"

namespace provisioner::platform {

// All that the inventory and the state keep secret. It is known to the redactor from here on: no
// mistake that is told shows it either.
std::vector<handoff::KeptSecret> kept_secrets(const cli::RunWords& words);

}  // namespace provisioner::platform
