#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::cli {

// `cluster certs`.
void add_cluster_certs(CLI::App& cluster, Action& action);

}  // namespace provisioner::cli
