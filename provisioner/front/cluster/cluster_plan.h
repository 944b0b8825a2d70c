#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::cluster {

// `cluster plan`, of one instance or of several in waves.
void add_cluster_plan(CLI::App& cluster, cli::Action& action);

}  // namespace provisioner::cluster
