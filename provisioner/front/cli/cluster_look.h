#pragma once

#include <map>
#include <string>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/front/cli/cluster_site.h"

namespace provisioner::cli {

// What is told besides, where a command needs it: each takes the nodes some time.
struct LookMore {
  bool certificates = false, budgets = false;
};

// Looks at all nodes of a cluster at once, over the engine's own connections; changes nothing. A
// node that does not answer in time counts as silent. Throws Error(input) where a tool on a node
// tells what nobody can read.
kubernetes::ClusterSight look_at_cluster(const RunWords& words, const kubernetes::ClusterWish& wish,
                                         const LookMore& more = {});
kubernetes::ClusterSight look_at_cluster(const RunWords& words, run::Options options,
                                         const kubernetes::ClusterWish& wish,
                                         const LookMore& more = {});

// What each node is looked at with: cluster_look_script.sh, and cluster_certs_script.sh as its part
// `certificates`.
std::string look_script();

// The same of what cluster_look.sh has said, by node: those that are not there count as silent.
kubernetes::ClusterSight sight_of(const std::map<std::string, std::string>& said);

// The parts of what cluster_look.sh says, by the names behind "== ".
std::map<std::string, std::string> sections_of(const std::string& said);

}  // namespace provisioner::cli
