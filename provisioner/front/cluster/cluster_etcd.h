#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::cluster {

// `cluster etcd members`, `snapshot`, `restore`.
void add_cluster_etcd(CLI::App& cluster, cli::Action& action);

}  // namespace provisioner::cluster
