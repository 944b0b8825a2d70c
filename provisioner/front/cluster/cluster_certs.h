#pragma once

#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/front/cluster/notes.h"

namespace provisioner::cluster {

// `cluster certs`.
void add_cluster_certs(CLI::App& cluster, cli::Action& action);

// One for each certificate that ends soon on the registry's nodes that are none of the cluster's;
// it asks them.
Notes registry_certificate_notes(const cli::RunWords& words, const cli::ClusterSite& site);

}  // namespace provisioner::cluster
