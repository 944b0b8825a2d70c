#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::cli {

// `cluster plan`, of one instance or of several in waves.
void add_cluster_plan(CLI::App& cluster, Action& action);

}  // namespace provisioner::cli
