// Clusters of an inventory, before nodes of theirs go down.

#include "provisioner/front/cli/cluster_guards.h"

#include <algorithm>

#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/language/inventory/host_scope.h"

namespace provisioner::cli {
namespace {

constexpr std::chrono::seconds good_for{10};  // what was seen
constexpr std::string_view prefix = "instance_";

bool names_any(const std::vector<std::string>& names, const std::vector<std::string>& wanted) {
  return std::ranges::any_of(wanted, [&](const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  });
}

// It has a control plane, and says where its API is.
bool asks_for_a_cluster(const LoadedRun& loaded, const std::vector<std::string>& members) {
  const std::vector<std::string> control = loaded.inventory()->hosts_of("control");
  return std::ranges::any_of(members, [&](const std::string& name) {
    if (std::ranges::find(control, name) == control.end()) return false;
    inventory::HostScope scope(*loaded.inventory(), loaded.library().templar, name);
    return scope.raw("kubernetes_endpoint") != nullptr;
  });
}

}  // namespace

ClusterGuards::ClusterGuards(RunWords words, const LoadedRun& loaded)
    : words_(std::move(words)), options_(loaded.options()) {
  const inventory::Inventory& inventory = *loaded.inventory();
  for (const std::string& group : inventory.group_names())
    if (group.starts_with(prefix) && asks_for_a_cluster(loaded, inventory.hosts_of(group)))
      members_[group.substr(prefix.size())] = inventory.hosts_of(group);
}

std::vector<std::string> ClusterGuards::groups() const {
  std::vector<std::string> groups;
  for (const auto& [instance, members] : members_)
    groups.push_back(std::string(prefix) + instance);
  return groups;
}

const ClusterGuards::Seen& ClusterGuards::look(const std::string& instance) {
  const auto found = seen_.find(instance);
  if (found != seen_.end() && os::system_clock().now() - found->second.at < good_for)
    return found->second;
  ClusterSite site = cluster_site(words_, instance);
  kubernetes::ClusterSight sight = look_at_cluster(words_, options_, site.wish);
  Seen seen{os::system_clock().now(), std::move(site), std::move(sight)};
  return seen_.insert_or_assign(instance, std::move(seen)).first->second;
}

ClusterGuards::Objections ClusterGuards::ask(const std::vector<std::string>& leaving,
                                             const std::map<std::string, std::string>& away,
                                             kubernetes::Departure departure) {
  Objections objections;
  for (const auto& [instance, members] : members_) {
    if (!names_any(members, leaving)) continue;
    const Seen& seen = look(instance);
    kubernetes::ClusterSight sight = seen.sight;
    for (const auto& [node, because] : away)
      if (const auto one = sight.nodes.find(node); one != sight.nodes.end())
        one->second.answers = false;
    objections[std::string(prefix) + instance] =
        departure_objections(seen.site.wish, sight, leaving, departure);
  }
  return objections;
}

}  // namespace provisioner::cli
