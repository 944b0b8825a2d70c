// An instance as its gates see it.

#include "provisioner/front/platform/gates_site.h"

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/at_path.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/front/cluster/instance_state.h"
#include "provisioner/front/platform/gates_environment.h"
#include "provisioner/platform/gates/variables.h"
#include "provisioner/platform/users/record.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::StrictDict;
using value::Value;

// What judges and trials read beside what scripts are told.
const std::vector<std::string> more = {"ansible_host",
                                       "gate_waivers",
                                       "load_balancer_pools",
                                       "storage_classes",
                                       "local_volumes",
                                       "nfs_volumes",
                                       "gpfs_volumes",
                                       "logs_node_files",
                                       "storage",
                                       "kernel_parameters",
                                       "admission_namespaces",
                                       "lab",
                                       "gates_capacity",
                                       "gates_valid_hours",
                                       "kubernetes_node_address",
                                       "container_runtime_mirrored",
                                       "registry_kind",
                                       "registry_ca_file",
                                       "registry_storage",
                                       "registry_least_free",
                                       "gates_registry_gc_days",
                                       "gates_many_groups",
                                       "gates_writer",
                                       "ntp_servers",
                                       "network",
                                       "gates_images"};

// What is no record of users is nobody's here: P-7 tells of it.
std::optional<users::ManyGroups> found_by_report(const std::string& instance) {
  base::Diagnostics ignored;
  try {
    const auto record = cluster::instance_record(instance, "users.json");
    if (!record) return std::nullopt;
    users::require_record(record->said, instance);
    StrictDict said(&record->said, "", record->said, ignored);
    if (!said.is_said("many_groups")) return std::nullopt;
    return users::read_many_groups(said.below("many_groups"));
  } catch (const Error&) {
    return std::nullopt;
  }
}

void take_many_groups(GatesSite& site, base::Diagnostics& diagnostics) {
  const Value* said = site.variable("gates_many_groups");
  if (said == nullptr || said->is_none())
    site.many_groups = found_by_report(site.cluster.wish.instance);
  else
    site.many_groups =
        users::read_many_groups(StrictDict(said, "gates_many_groups", *said, diagnostics));
}

}  // namespace

std::string plain_text(const Value* value, const std::string& otherwise) {
  return value == nullptr || value->is_none() || value->is_list() || value->is_dict()
             ? otherwise
             : Dict::key_text(*value);
}

const Value* GatesSite::variable_of(const std::string& node, const std::string& name) const {
  const auto its = variables.find(node);
  return its == variables.end() ? nullptr : value::at_path(its->second, name);
}

const Value* GatesSite::variable(const std::string& name) const {
  return variable_of(first(), name);
}

Value GatesSite::first_variables() const {
  const auto its = variables.find(first());
  return its == variables.end() ? Value() : Value(its->second);
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
  std::vector<std::string> names = cluster.wish.node_names();
  for (const std::string& node : cluster.own_registry)
    if (std::ranges::find(names, node) == names.end()) names.push_back(node);
  return names;
}

std::vector<std::string> gates_variables() {
  std::vector<std::string> asked = more;
  for (std::string& name : told_variables()) asked.push_back(std::move(name));
  return asked;
}

GatesSite gates_site_of(cli::ClusterSite cluster, std::vector<cli::NamedNode> machines,
                        base::Diagnostics& diagnostics) {
  GatesSite site{.cluster = std::move(cluster), .machines = std::move(machines)};
  for (const cli::NamedNode& node : site.machines) {
    if (node.problem) throw *node.problem;
    gates::check_node_variables(node.variables, diagnostics);
    site.variables[node.name] = node.variables;
  }
  if (const auto first = site.variables.find(site.first()); first != site.variables.end())
    gates::check_variables(first->second, diagnostics);
  take_many_groups(site, diagnostics);
  site.waivers = gates::read_waivers(site.variable("gate_waivers"), diagnostics);
  return site;
}

GatesSite gates_site(const cli::RunWords& words, const std::string& instance) {
  base::Diagnostics diagnostics;
  cli::ClusterSite cluster = cli::cluster_site(words, instance);
  const base::Diagnostics mistakes = cluster.mistakes();
  for (const Error& error : mistakes.errors()) value::add_once(diagnostics, error);
  GatesSite site = gates_site_of(
      std::move(cluster), cli::instance_nodes(words, instance, gates_variables()), diagnostics);
  if (diagnostics.has_errors()) {
    std::cerr << diagnostics.render(", nothing was done") << "\n";
    throw Error(Kind::input,
                "what the inventory tells the gates of '" + instance + "' has mistakes");
  }
  return site;
}

}  // namespace provisioner::platform
