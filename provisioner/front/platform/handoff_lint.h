#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::platform {

// `handoff lint`, below the command `handoff`.
void add_handoff_lint(CLI::App& handoff, cli::Action& action);

}  // namespace provisioner::platform
