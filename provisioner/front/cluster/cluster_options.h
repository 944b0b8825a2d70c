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

// Whether all artefacts are locked and in the store, and all that the instance needs is among them;
// what is missing is told. No node is touched.
bool is_complete(const ClusterWork& work, const artifacts::Store& store);

}  // namespace provisioner::cluster
