#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::cluster {

// `cluster upgrade`.
void add_cluster_upgrade(CLI::App& cluster, cli::Action& action);

}  // namespace provisioner::cluster
