// Which instances an inventory has.

#include "provisioner/front/cli/instance_names.h"

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"

namespace provisioner::cli {
namespace {

constexpr std::string_view group_prefix = "instance_";

std::string hint_among(const std::string& name, const std::vector<std::string>& names) {
  if (names.empty()) return "an instance is a group of nodes: " + instance_group(name);
  const std::string near = base::suggestion(name, names);
  return near.empty() ? "there are " + base::join(names, ", ") : near;
}

}  // namespace

std::string instance_group(const std::string& name) { return std::string(group_prefix) + name; }

std::vector<std::string> instance_names(const inventory::Inventory& inventory) {
  std::vector<std::string> names;
  for (const std::string& group : inventory.group_names())
    if (group.starts_with(group_prefix) && !inventory.hosts_of(group).empty())
      names.push_back(group.substr(group_prefix.size()));
  return names;
}

std::string named_by_group(const inventory::Inventory& inventory, const std::string& host,
                           std::string_view prefix) {
  for (const std::string& group : inventory.host(host)->groups)
    if (group.starts_with(prefix)) return group.substr(prefix.size());
  return {};
}

std::string instance_of_host(const inventory::Inventory& inventory, const std::string& host) {
  return named_by_group(inventory, host, group_prefix);
}

base::Error unknown_instance(const std::string& name, const std::vector<std::string>& names) {
  return base::Error(base::Kind::usage, "there is no instance '" + name + "' in the inventory")
      .set_hint(hint_among(name, names));
}

}  // namespace provisioner::cli
