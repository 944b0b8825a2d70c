#pragma once

#include <string>
#include <vector>

#include "provisioner/front/cluster/cluster_stages.h"

namespace provisioner::cluster {

// Nodes whose partition for images (`deploy.cache_gib`) is too small for all that was vetted, each
// with the figures, for people. By the inventory and images.lock alone: nobody is asked.
std::vector<std::string> small_caches(const cli::RunWords& words, const cli::ClusterSite& site);

}  // namespace provisioner::cluster
