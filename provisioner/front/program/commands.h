#pragma once

#include <vector>

#include "provisioner/front/cli/commands.h"

namespace provisioner::program {

// The one table of commands, in the order in which help shows them.
const std::vector<cli::Command>& commands();

void add_completion(CLI::App& command, cli::Action& action);
void add_man(CLI::App& command, cli::Action& action);

}  // namespace provisioner::program
