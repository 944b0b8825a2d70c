// What an inventory says around an instance.

#include "provisioner/front/cli/instance_around.h"

#include <algorithm>
#include <set>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/engine/run/run_surroundings.h"
#include "provisioner/front/cli/instance_names.h"
#include "provisioner/language/inventory/host_scope.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using inventory::HostScope;
using inventory::Inventory;
using value::Value;

constexpr std::size_t most_wrong = 3;  // letters of a name that is misspelt
constexpr std::string_view stage_prefix = "stage_";

std::string text_of(HostScope& scope, const std::string& variable) {
  const Value found = known(scope, variable).value_or(Value());
  return found.is_string() ? found.text() : std::string();
}

std::set<std::string> hosts_of_clusters(const Inventory& inventory) {
  std::set<std::string> hosts;
  for (const char* group : {"control", "worker", "registry"})
    if (inventory.group(group) != nullptr)
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
  const std::vector<std::string> control = inventory.group("control") == nullptr
                                               ? std::vector<std::string>{}
                                               : inventory.hosts_of("control");
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
    around.apis.push_back(
        {other, value::text_or(endpoint, "address", ""),
         static_cast<int>(value::integer_or(endpoint, "port", instance::standard_api_port)),
         by == "keepalived" || by == "kube_vip"});
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
  for (const std::string& group : inventory->host(node)->groups)
    if (group.starts_with(stage_prefix))
      return {group.substr(stage_prefix.size()), inventory->group(group)->pos};
  return {};
}

Error lacking(const NamedNode& node, const std::string& variable, const std::string& what,
              const std::string& example) {
  const std::string message = node.name + ": '" + variable + "' is missing: " + what;
  Error error(Kind::input, message,
              node.inventory ? node.inventory->host(node.name)->pos : base::Pos());
  error.set_hint(variable + ": " + example);
  if (!node.inventory) return error;
  std::size_t least = most_wrong + 1;
  for (const auto& [key, said] : node.inventory->variables(node.name)) {
    const std::string name = value::Dict::key_text(key);
    const std::size_t distance = base::edit_distance(name, variable);
    if (distance == 0 || distance >= least) continue;
    least = distance;
    error = Error(Kind::input, message, key.pos().is_known() ? key.pos() : said.pos());
    error.set_hint("'" + name + "' stands here: did you mean '" + variable + "'?");
  }
  return error;
}

}  // namespace provisioner::cli
