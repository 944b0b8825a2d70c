#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/platform/gates/gate.h"
#include "provisioner/platform/gates/waivers.h"

namespace provisioner::platform {

// What gates of one instance are run by: its inventory, and nothing that was seen yet.
struct GatesSite {
  cli::ClusterSite cluster;
  std::vector<cli::NamedNode> machines = {};
  std::map<std::string, value::Dict> variables = {};  // by node, those that gates read
  std::vector<gates::Waiver> waivers = {};

  const std::string& first() const { return cluster.wish.control.front().name; }
  const value::Value* variable(const std::string& name) const;  // of the first control plane
  std::string text(const std::string& name, const std::string& otherwise = {}) const;
  std::vector<std::string> nodes() const;  // of the cluster, and its registry's
};

// Throws Error as cluster_site; mistakes of what gates alone read are told likewise.
GatesSite gates_site(const cli::RunWords& words, const std::string& instance);

// What scripts find in their environment, as lines for sh.
std::string environment_of(const GatesSite& site);
// The same for the script of nodes; the engine says on which one it runs.
std::string node_environment_of(const GatesSite& site);

}  // namespace provisioner::platform
