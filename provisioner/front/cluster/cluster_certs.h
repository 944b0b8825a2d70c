#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::cluster {

// `cluster certs`.
void add_cluster_certs(CLI::App& cluster, cli::Action& action);

}  // namespace provisioner::cluster
