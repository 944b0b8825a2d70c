#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::cli {

// `cluster down` and `cluster add`.
void add_cluster_down(CLI::App& cluster, Action& action);
void add_cluster_add(CLI::App& cluster, Action& action);

}  // namespace provisioner::cli
