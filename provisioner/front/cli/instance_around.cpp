// What an inventory says around an instance.

#include "provisioner/front/cli/instance_around.h"

#include <algorithm>
#include <set>

#include "provisioner/engine/run/run_surroundings.h"
#include "provisioner/front/cli/instance_names.h"
#include "provisioner/language/inventory/host_scope.h"

namespace provisioner::cli {
namespace {

using inventory::HostScope;
using inventory::Inventory;
using value::Value;

constexpr std::string_view stage_prefix = "stage_";

std::string text_of(HostScope& scope, const std::string& variable) {
  const Value found = known(scope, variable).value_or(Value());
  return found.is_string() ? found.text() : std::string();
}

std::set<std::string> hosts_of_clusters(const Inventory& inventory) {
  std::set<std::string> hosts;
  for (const char* group : {"control", "worker", "registry"})
    for (std::string& host : inventory.hosts_of(group)) hosts.insert(std::move(host));
  return hosts;
}

void add_machines(const Inventory& inventory, const jinja::Templar& templar,
                  instance::Around& around) {
  const std::set<std::string> of_clusters = hosts_of_clusters(inventory);
  for (const std::string& host : inventory.host_names()) {
    HostScope scope(inventory, templar, host);
    for (const char* variable : {"ansible_host", "kubernetes_node_address"})
      if (std::string address = text_of(scope, variable); !address.empty())
        around.machines.push_back({host, std::move(address), of_clusters.contains(host)});
  }
}

void add_apis(const Inventory& inventory, const jinja::Templar& templar,
              const std::string& instance, instance::Around& around) {
  const std::vector<std::string> control = inventory.hosts_of("control");
  const std::vector<std::string> own = inventory.hosts_of(instance_group(instance));
  for (const std::string& other : instance_names(inventory)) {
    const std::vector<std::string> hosts = inventory.hosts_of(instance_group(other));
    // Layers of a lab call the same machines otherwise.
    if (std::ranges::find_first_of(hosts, own) != hosts.end()) continue;
    const auto first = std::ranges::find_first_of(hosts, control);
    if (first == hosts.end()) continue;
    HostScope scope(inventory, templar, *first);
    const Value endpoint = known(scope, "kubernetes_endpoint").value_or(Value());
    if (!endpoint.is_dict()) continue;
    const std::string by = text_of(scope, "kubernetes_endpoint_by");
    around.apis.push_back({other, value::text_or(endpoint, "address", ""),
                           instance::api_port(endpoint), by == "keepalived" || by == "kube_vip"});
  }
}

}  // namespace

instance::Around instance_around(const std::string& instance, const std::vector<NamedNode>& nodes) {
  instance::Around around;
  if (nodes.empty() || !nodes.front().inventory) return around;
  const std::vector<crypto::VaultSecret> no_secrets;
  const run::RunSurroundings surroundings(no_secrets);
  const jinja::Templar templar(surroundings);
  const Inventory& inventory = *nodes.front().inventory;
  add_machines(inventory, templar, around);
  add_apis(inventory, templar, instance, around);
  return around;
}

SaidStage stage_of(const Inventory* inventory, const std::string& node, const Value* said) {
  if (said != nullptr && !said->is_none())
    return {said->is_string() ? said->text() : std::string(), said->pos()};
  if (inventory == nullptr) return {};
  const std::string name = named_by_group(*inventory, node, stage_prefix);
  if (name.empty()) return {};
  return {name, inventory->group(std::string(stage_prefix) + name)->pos};
}

}  // namespace provisioner::cli
