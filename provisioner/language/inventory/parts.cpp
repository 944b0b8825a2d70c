// The layers of variables and their order.

#include "provisioner/language/inventory/parts.h"

#include <array>
#include <optional>

#include "provisioner/base/os/files.h"
#include "provisioner/language/inventory/select_hosts.h"

namespace provisioner::inventory {
namespace {

// Ansible's order within the inventory (VARIABLE_PRECEDENCE and what follows it).
enum Precedence : int {
  all_in_source = 1,
  group_in_source,
  all_beside_inventory,
  all_beside_playbook,
  group_beside_inventory,
  group_beside_playbook,
  host_in_source,
  host_beside_inventory,
  host_beside_playbook,
};

constexpr std::array<std::string_view, 3> local_names = {"localhost", "127.0.0.1", "::1"};

std::vector<Layer> layers_from(const std::vector<Assigned>& assigned, int precedence,
                               const std::string& group) {
  std::vector<Layer> layers;
  for (const Assigned& one : assigned)
    layers.push_back({one.layer, precedence, one.variables, group});
  return layers;
}

// The playbook may stand beside an inventory.
std::optional<std::size_t> place_of(const VarsFolder& wanted,
                                    const std::vector<VarsFolder>& folders) {
  const std::string path = os::absolute(wanted.directory());
  for (std::size_t at = 0; at < folders.size(); ++at)
    if (os::absolute(folders[at].directory()) == path) return at;
  return std::nullopt;
}

}  // namespace

Inventory::Parts::Parts(Graph settled, std::vector<VarsFolder> inventory_folders,
                        std::optional<VarsFolder> beside_playbook, const FileReading& reading)
    : graph(std::move(settled)),
      folders(std::move(inventory_folders)),
      playbook_folder(std::move(beside_playbook)),
      open_vault(reading.open_vault) {
  describe();
  read_files(nullptr, reading);
}

Inventory::Parts::Parts(Graph settled, const Parts& before)
    : graph(std::move(settled)),
      folders(before.folders),
      playbook_folder(before.playbook_folder),
      open_vault(before.open_vault) {
  describe();
  base::Diagnostics found;
  std::vector<base::Error> doubled;
  read_files(&before, {open_vault, found, doubled});
  found.throw_if_any();
}

// The public picture of the graph.
void Inventory::Parts::describe() {
  const auto group_texts = [this](const std::vector<Graph::Index>& indexes) {
    std::vector<std::string> names;
    for (const Graph::Index index : indexes) names.push_back(graph.groups()[index].name);
    return names;
  };
  for (const Graph::GroupNode& node : graph.groups()) {
    Group group{.name = node.name,
                .children = group_texts(node.children),
                .parents = group_texts(node.parents),
                .hosts = {},
                .depth = node.depth,
                .priority = node.priority,
                .pos = node.pos,
                .sources = node.origins};
    for (const Graph::Index host : node.hosts) group.hosts.push_back(graph.hosts()[host].name);
    groups.push_back(std::move(group));
    group_names.push_back(node.name);
    assigned_groups_.push_back(layers_from(
        node.assigned, groups.size() == 1 ? all_in_source : group_in_source, node.name));
  }
  for (Graph::Index index = 0; index < graph.hosts().size(); ++index) {
    const Graph::HostNode& node = graph.hosts()[index];
    hosts.push_back({.name = node.name,
                     .groups = group_texts(graph.groups_of(index)),
                     .pos = node.pos,
                     .source = node.origin});
    assigned_hosts_.push_back(layers_from(node.assigned, host_in_source, {}));
  }
  for (const Graph::Index host : graph.hosts_under(0))
    host_names.push_back(graph.hosts()[host].name);
  for (const std::string_view name : local_names)
    hosts.push_back({.name = std::string(name), .groups = {}, .pos = {}, .is_implicit = true});
  implicit_.push_back(
      {"the implicit local host", host_in_source, value::Dict{{"ansible_connection", "local"}}});
  merged_hosts = std::vector<Merged>(hosts.size());
  merged_groups = std::vector<Merged>(groups.size());
}

void Inventory::Parts::read_files(const Parts* before, const FileReading& reading) {
  for (Graph::Index group = 0; group < groups.size(); ++group) {
    const bool is_known = before != nullptr && group < before->group_files.size();
    group_files.push_back(is_known ? before->group_files[group]
                                   : files_of(VarsFolder::Of::groups, groups[group].name, reading));
  }
  const Graph::Index known_hosts = before == nullptr ? 0 : before->graph.hosts().size();
  for (Graph::Index host = 0; host < hosts.size(); ++host) {
    if (host < known_hosts)
      host_files.push_back(before->host_files[host]);
    else
      host_files.push_back(files_of(VarsFolder::Of::hosts, hosts[host].name, reading));
  }
}

std::shared_ptr<const VarsFiles> Inventory::Parts::files_of(VarsFolder::Of of,
                                                            const std::string& name,
                                                            const FileReading& reading) const {
  static const auto none = std::make_shared<const VarsFiles>();
  const bool is_all = of == VarsFolder::Of::groups && name == "all";
  const int beside_inventory = of == VarsFolder::Of::hosts ? host_beside_inventory
                               : is_all                    ? all_beside_inventory
                                                           : group_beside_inventory;
  VarsFiles files;
  bool has_any = false;
  for (const VarsFolder& folder : folders) {
    files.inventory.push_back(folder.layers(of, name, beside_inventory, reading));
    has_any = has_any || !files.inventory.back().empty();
  }
  const auto same = playbook_folder ? place_of(*playbook_folder, folders) : std::nullopt;
  if (same) {
    files.playbook = files.inventory[*same];  // read once, told once
    for (Layer& layer : files.playbook) layer.precedence = beside_inventory + 1;
  } else if (playbook_folder) {
    files.playbook = playbook_folder->layers(of, name, beside_inventory + 1, reading);
  }
  return has_any || !files.playbook.empty() ? std::make_shared<const VarsFiles>(std::move(files))
                                            : none;
}

const Host* Inventory::Parts::find(std::string_view name) const {
  if (const auto index = graph.host_at(name)) return &hosts[*index];
  if (!is_local_name(name)) return nullptr;
  for (const Host& host : hosts)
    if (is_local_name(host.name) && (!host.is_implicit || host.name == name)) return &host;
  return nullptr;
}

std::vector<const Layer*> Inventory::Parts::layers_of(const Host& host) const {
  std::vector<const Layer*> layers;
  const auto add = [&layers](const std::vector<Layer>& more) {
    for (const Layer& layer : more) layers.push_back(&layer);
  };
  std::vector<Graph::Index> members;
  for (const std::string& name : host.groups) members.push_back(*graph.group_at(name));
  const auto index = static_cast<std::size_t>(&host - hosts.data());

  add(assigned_groups_.front());
  for (const Graph::Index group : members) add(assigned_groups_[group]);
  for (const std::vector<Layer>& folder : group_files.front()->inventory) add(folder);
  add(group_files.front()->playbook);
  for (std::size_t folder = 0; folder < folders.size(); ++folder)
    for (const Graph::Index group : members)
      if (folder < group_files[group]->inventory.size()) add(group_files[group]->inventory[folder]);
  for (const Graph::Index group : members) add(group_files[group]->playbook);
  add(host.is_implicit ? implicit_ : assigned_hosts_[index]);
  for (const std::vector<Layer>& folder : host_files[index]->inventory) add(folder);
  add(host_files[index]->playbook);
  return layers;
}

}  // namespace provisioner::inventory
