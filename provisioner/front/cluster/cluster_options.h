#pragma once

#include "provisioner/cluster/artifacts/artifact_store.h"
#include "provisioner/front/cluster/cluster_session.h"

namespace CLI {
class App;
}

namespace provisioner::cluster {

// What every command on a cluster takes: inventories, vault passwords, the store. `words` must
// outlive the parsing.
void add_cluster_options(CLI::App& command, ClusterWords& words);

// Artefacts that are not locked or not in the store, and what the instance needs that is not among
// them. No node is touched.
Notes missing_artifacts(const ClusterWork& work, const artifacts::Store& store);
// Whether there are none, nor mistakes in what the inventory says of components; else all is told.
bool is_complete(const ClusterWork& work, const artifacts::Store& store);

}  // namespace provisioner::cluster
