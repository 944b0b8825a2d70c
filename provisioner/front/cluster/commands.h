#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::cluster {

void add_cluster(CLI::App& command, cli::Action& action);
void add_registry(CLI::App& command, cli::Action& action);
void add_artifacts(CLI::App& command, cli::Action& action);

}  // namespace provisioner::cluster
