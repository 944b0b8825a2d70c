#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::cli {

// `cluster upgrade`.
void add_cluster_upgrade(CLI::App& cluster, Action& action);

}  // namespace provisioner::cli
