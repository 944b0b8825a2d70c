#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/platform/gates/gate.h"
#include "provisioner/platform/gates/waivers.h"
#include "provisioner/platform/users/many_groups.h"

namespace provisioner::platform {

// What gates of one instance are run by: its inventory, and nothing that was seen yet.
struct GatesSite {
  cli::ClusterSite cluster;
  std::vector<cli::NamedNode> machines = {};
  std::map<std::string, value::Dict> variables = {};  // by node, those that gates read
  std::vector<gates::Waiver> waivers = {};
  // Whom C-9 writes as: the inventory's `gates_many_groups`, else whom `users report` found.
  std::optional<users::ManyGroups> many_groups = {};
  std::string store = {};  // where artefacts are kept; "" is where they are unless it is said
  gates::Moment moment = gates::Moment::hand_over;

  const std::string& first() const { return cluster.wish.control.front().name; }
  // A variable, or what stands in one: "gen3.oidc.issuer"; nullptr where there is none.
  const value::Value* variable_of(const std::string& node, const std::string& name) const;
  const value::Value* variable(const std::string& name) const;  // of the first control plane
  value::Value first_variables() const;                         // all of its; none without any
  // The first of several that says something: "gates_secret_backend phalanx.vault_url".
  std::string text(const std::string& names, const std::string& otherwise = {}) const;
  std::string beside_inventory(const std::string& path) const;  // as it is where it is absolute
  std::vector<std::string> nodes() const;  // of the cluster, and its registry's
};

// What is no text, number or the like is `otherwise`.
std::string plain_text(const value::Value* value, const std::string& otherwise);

// Throws Error as cluster_site; mistakes of what gates alone read are told likewise.
GatesSite gates_site(const cli::RunWords& words, const std::string& instance);

// Variables that gates read of each node.
std::vector<std::string> gates_variables();
// By nodes with these; mistakes of what gates alone read go to `diagnostics`. Throws the problem of
// a node that has one.
GatesSite gates_site_of(cli::ClusterSite cluster, std::vector<cli::NamedNode> machines,
                        base::Diagnostics& diagnostics);

}  // namespace provisioner::platform
