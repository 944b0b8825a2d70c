// provisioner handoff: what the platform team gets.

#include <CLI/CLI.hpp>

#include "provisioner/front/platform/commands.h"
#include "provisioner/front/platform/handoff_lint.h"

namespace provisioner::platform {

void add_handoff(CLI::App& command, cli::Action& action) {
  command.require_subcommand(0, 1);
  add_handoff_lint(command, action);
}

}  // namespace provisioner::platform
