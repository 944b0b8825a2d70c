#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::cluster {

// `cluster down` and `cluster add`.
void add_cluster_down(CLI::App& cluster, cli::Action& action);
void add_cluster_add(CLI::App& cluster, cli::Action& action);

}  // namespace provisioner::cluster
