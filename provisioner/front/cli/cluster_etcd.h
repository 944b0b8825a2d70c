#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::cli {

// `cluster etcd members`, `snapshot`, `restore`.
void add_cluster_etcd(CLI::App& cluster, Action& action);

}  // namespace provisioner::cli
