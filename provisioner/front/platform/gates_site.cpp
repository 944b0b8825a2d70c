// An instance as its gates see it.

#include "provisioner/front/platform/gates_site.h"

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/platform/gates_environment.h"
#include "provisioner/platform/gates/variables.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

// What judges and trials read beside what scripts are told.
const std::vector<std::string> more = {"ansible_host",
                                       "gate_waivers",
                                       "load_balancer_pools",
                                       "storage_classes",
                                       "local_volumes",
                                       "storage",
                                       "kernel_parameters",
                                       "admission_namespaces",
                                       "lab",
                                       "gates_capacity",
                                       "gates_valid_hours",
                                       "kubernetes_node_address",
                                       "container_runtime_mirrored",
                                       "registry_storage",
                                       "gates_registry_gc_days",
                                       "ntp_servers",
                                       "network",
                                       "gates_images"};

}  // namespace

std::string plain_text(const Value* value, const std::string& otherwise) {
  return value == nullptr || value->is_none() || value->is_list() || value->is_dict()
             ? otherwise
             : Dict::key_text(*value);
}

const Value* GatesSite::variable_of(const std::string& node, const std::string& name) const {
  const auto its = variables.find(node);
  if (its == variables.end()) return nullptr;
  const std::vector<std::string> path = base::split(name, '.');
  const Value* found = its->second.find(path.front());
  for (std::size_t at = 1; at < path.size() && found != nullptr; ++at)
    found = found->find(path[at]);
  return found;
}

const Value* GatesSite::variable(const std::string& name) const {
  return variable_of(first(), name);
}

std::string GatesSite::text(const std::string& names, const std::string& otherwise) const {
  for (const std::string& name : base::split(names, ' '))
    if (std::string text = plain_text(variable(name), ""); !text.empty()) return text;
  return otherwise;
}

std::string GatesSite::beside_inventory(const std::string& path) const {
  return os::join_path(machines.empty() ? "" : machines.front().folder, path);
}

std::vector<std::string> GatesSite::nodes() const {
  std::vector<std::string> names;
  for (const kubernetes::WishedNode* node : cluster.wish.nodes()) names.push_back(node->name);
  for (const std::string& node : cluster.registry)
    if (std::ranges::find(names, node) == names.end()) names.push_back(node);
  return names;
}

GatesSite gates_site(const cli::RunWords& words, const std::string& instance) {
  GatesSite site{.cluster = cli::cluster_site(words, instance)};
  std::vector<std::string> asked = more;
  for (std::string& name : told_variables()) asked.push_back(std::move(name));
  site.machines = cli::instance_nodes(words, instance, asked);
  base::Diagnostics diagnostics;
  for (const cli::NamedNode& node : site.machines) {
    if (node.problem) throw *node.problem;
    gates::check_node_variables(node.variables, diagnostics);
    site.variables[node.name] = node.variables;
  }
  if (const auto first = site.variables.find(site.first()); first != site.variables.end())
    gates::check_variables(first->second, diagnostics);
  site.waivers = gates::read_waivers(site.variable("gate_waivers"), diagnostics);
  if (diagnostics.has_errors()) {
    std::cerr << diagnostics.render(", nothing was done") << "\n";
    throw Error(Kind::input,
                "what the inventory tells the gates of '" + instance + "' has mistakes");
  }
  return site;
}

}  // namespace provisioner::platform
