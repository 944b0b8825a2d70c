// Loading an inventory, and its answers.

#include "provisioner/language/inventory/inventory.h"

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/language/inventory/check_node_keys.h"
#include "provisioner/language/inventory/parts.h"
#include "provisioner/language/inventory/select_hosts.h"
#include "provisioner/language/inventory/sources.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;

// The folders whose group_vars and host_vars hold: of each source once, at its last place.
std::vector<VarsFolder> folders_of(const std::vector<std::string>& inputs) {
  std::vector<std::string> directories;
  for (const std::string& input : inputs) {
    if (!os::exists(input)) continue;
    std::string directory = os::is_directory(input) ? input : os::parent_of(input);
    if (directory.empty()) directory = ".";
    std::erase_if(directories, [&](const std::string& known) {
      return os::absolute(known) == os::absolute(directory);
    });
    directories.push_back(std::move(directory));
  }
  return {directories.begin(), directories.end()};
}

void warn_about_names(const Graph& graph, base::Diagnostics& diagnostics) {
  static const base::Regex valid("^[A-Za-z_][A-Za-z0-9_]*$");
  std::vector<std::string> odd;
  base::Pos pos;
  for (const Graph::GroupNode& group : graph.groups()) {
    if (graph.has_host(group.name))
      diagnostics.warn(Error(Kind::input, "'" + group.name + "' is a group and a host", group.pos));
    if (valid.match_start(group.name)) continue;
    if (odd.empty()) pos = group.pos;
    odd.push_back("'" + group.name + "'");
  }
  if (odd.empty()) return;
  const std::size_t count = odd.size();
  if (odd.size() > 5) odd.resize(5);
  Error warning(
      Kind::input,
      (count == 1 ? "this group's name is" : std::to_string(count) + " groups' names are") +
          std::string(" not a valid name of a variable: ") + base::join(odd, ", ") +
          (count > 5 ? ", ..." : ""),
      pos);
  diagnostics.warn(std::move(
      warning.set_hint("use letters, digits and '_': such groups cannot be written groups.NAME")));
}

void merge_into(value::Dict& merged, const value::Dict& variables) {
  for (const auto& [key, value] : variables) merged.set(key, value);
}

}  // namespace

Inventory::Inventory(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
Inventory::Inventory(const Inventory&) = default;
Inventory::Inventory(Inventory&&) noexcept = default;
Inventory& Inventory::operator=(const Inventory&) = default;
Inventory& Inventory::operator=(Inventory&&) noexcept = default;
Inventory::~Inventory() = default;

Inventory Inventory::load(const Sources& sources, const OpenVault& open_vault,
                          base::Diagnostics& diagnostics) {
  Graph graph;
  std::vector<Error> doubled_node_keys;
  Reading reading{graph, {open_vault, diagnostics, doubled_node_keys}, diagnostics};
  for (const std::string& input : sources.inputs) read_source(reading, input);
  try {
    graph.settle();
  } catch (const Error& error) {
    diagnostics.add(error);
  }
  warn_about_names(graph, diagnostics);
  std::optional<VarsFolder> beside_playbook;
  if (sources.playbook_directory) beside_playbook.emplace(*sources.playbook_directory);
  Inventory inventory(std::make_shared<const Parts>(std::move(graph), folders_of(sources.inputs),
                                                    std::move(beside_playbook), reading.files));
  // Where a part could not be read, what nodes lack by that is no mistake of theirs.
  const bool is_whole = !diagnostics.has_errors();
  const bool is_typed = declares_schema(inventory, diagnostics);
  for (Error& doubled : doubled_node_keys)
    is_typed ? diagnostics.add(std::move(doubled)) : diagnostics.warn(std::move(doubled));
  if (is_typed && is_whole) check_node_keys(inventory, diagnostics);
  return inventory;
}

const std::vector<std::string>& Inventory::host_names() const { return parts_->host_names; }
const std::vector<std::string>& Inventory::group_names() const { return parts_->group_names; }
const Host* Inventory::host(std::string_view name) const { return parts_->find(name); }

const Group* Inventory::group(std::string_view name) const {
  const auto index = parts_->graph.group_at(name);
  return index ? &parts_->groups[*index] : nullptr;
}

std::vector<std::string> Inventory::hosts_of(std::string_view group) const {
  std::vector<std::string> names;
  if (const auto index = parts_->graph.group_at(group))
    for (const Graph::Index host : parts_->graph.hosts_under(*index))
      names.push_back(parts_->hosts[host].name);
  return names;
}

std::vector<std::string> Inventory::select(std::string_view pattern,
                                           base::Diagnostics& diagnostics) const {
  return select_hosts(parts_->graph, pattern, diagnostics);
}

std::vector<Layer> Inventory::layers(std::string_view name) const {
  std::vector<Layer> layers;
  if (const Host* host = parts_->find(name))
    for (const Layer* layer : parts_->layers_of(*host)) layers.push_back(*layer);
  return layers;
}

const value::Dict& Inventory::variables(std::string_view name) const {
  const Host* host = parts_->find(name);
  if (host == nullptr)
    throw Error(Kind::bug,
                "variables of '" + std::string(name) + "' are asked for, which is no host");
  Parts::Merged& merged =
      parts_->merged_hosts[static_cast<std::size_t>(host - parts_->hosts.data())];
  std::call_once(merged.once, [&] {
    for (const Layer* layer : parts_->layers_of(*host))
      merge_into(merged.variables, layer->variables);
  });
  return merged.variables;
}

value::Dict Inventory::own_variables(std::string_view name) const {
  value::Dict own;
  if (const Host* host = parts_->find(name))
    for (const Layer* layer : parts_->layers_of(*host))
      if (layer->group.empty()) merge_into(own, layer->variables);
  return own;
}

const value::Dict& Inventory::group_variables(std::string_view name) const {
  const auto index = parts_->graph.group_at(name);
  if (!index)
    throw Error(Kind::bug,
                "variables of '" + std::string(name) + "' are asked for, which is no group");
  Parts::Merged& merged = parts_->merged_groups[*index];
  std::call_once(merged.once, [&] {
    for (const Assigned& assigned : parts_->graph.groups()[*index].assigned)
      merge_into(merged.variables, assigned.variables);
    for (const std::vector<Layer>& folder : parts_->group_files[*index]->inventory)
      for (const Layer& layer : folder) merge_into(merged.variables, layer.variables);
    for (const Layer& layer : parts_->group_files[*index]->playbook)
      merge_into(merged.variables, layer.variables);
  });
  return merged.variables;
}

std::vector<UnusedVariables> Inventory::unused_variables() const {
  std::vector<std::string> hosts;  // also those that stand in no group
  for (const Host& host : parts_->hosts) hosts.push_back(host.name);
  std::vector<UnusedVariables> unused;
  for (const VarsFolder& folder : parts_->folders) {
    for (UnusedVariables& file : folder.unused(VarsFolder::Of::groups, parts_->group_names))
      unused.push_back(std::move(file));
    for (UnusedVariables& file : folder.unused(VarsFolder::Of::hosts, hosts))
      unused.push_back(std::move(file));
  }
  return unused;
}

std::optional<std::string> Inventory::directory_of(std::string_view name) const {
  const Host* found = host(name);
  if (found == nullptr || !found->source.starts_with('/')) return std::nullopt;
  return os::parent_of(found->source);
}

Inventory Inventory::with_host(const std::string& host, const std::vector<std::string>& groups,
                               const value::Dict& variables) const {
  Graph graph = parts_->graph;
  graph.begin_source("add_host");
  graph.add_host(host, "", std::nullopt, {});
  for (const std::string& group : groups) {
    graph.add_group(group, {});
    graph.add_host(host, group, std::nullopt, {});
  }
  for (const auto& [key, value] : variables) graph.set_host_variable(host, key, value);
  graph.settle();
  return Inventory(std::make_shared<const Parts>(std::move(graph), *parts_));
}

Inventory Inventory::with_group_member(const std::string& group, const std::string& host,
                                       const std::vector<std::string>& parents) const {
  Graph graph = parts_->graph;
  graph.add_group(group, {});
  for (const std::string& parent : parents) {
    graph.add_group(parent, {});
    graph.add_child(parent, group, {});
  }
  if (graph.has_host(host)) graph.add_host(host, group, std::nullopt, {});
  graph.settle();
  return Inventory(std::make_shared<const Parts>(std::move(graph), *parts_));
}

}  // namespace provisioner::inventory
