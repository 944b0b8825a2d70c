// Clusters of an inventory, before nodes of theirs go down.

#include "provisioner/front/cli/cluster_guards.h"

#include <algorithm>

#include "provisioner/base/os/file_lock.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/place.h"
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

// Those whose own instance it is, whatever other layers call them as well. Empty where it asks for
// no cluster: that has a control plane, and says where its API is.
std::vector<std::string> members_of(const LoadedRun& loaded, const std::string& instance) {
  const inventory::Inventory& inventory = *loaded.inventory();
  const std::vector<std::string> control = inventory.hosts_of("control");
  std::vector<std::string> members;
  bool is_cluster = false;
  for (const std::string& name : inventory.hosts_of(std::string(prefix) + instance)) {
    inventory::HostScope scope(inventory, loaded.library().templar, name);
    const auto own = scope.variable("instance_name");
    if (!own || !own->is_string() || own->text() != instance) continue;
    members.push_back(name);
    is_cluster |= std::ranges::find(control, name) != control.end() &&
                  scope.raw("kubernetes_endpoint") != nullptr;
  }
  return is_cluster ? members : std::vector<std::string>();
}

// By a command that decides over its nodes: what it has just seen would not be so any more.
bool is_worked_on(const std::string& instance) {
  const std::string lock = os::join_path(cluster_directory(instance), "lock");
  return os::exists(lock) && !os::try_to_hold(lock);
}

}  // namespace

ClusterGuards::ClusterGuards(RunWords words, const LoadedRun& loaded)
    : words_(std::move(words)), options_(loaded.options()) {
  for (const std::string& group : loaded.inventory()->group_names()) {
    if (!group.starts_with(prefix)) continue;
    std::string instance = group.substr(prefix.size());
    if (auto members = members_of(loaded, instance); !members.empty())
      members_[std::move(instance)] = std::move(members);
  }
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
    auto& here = objections[std::string(prefix) + instance];
    here = departure_objections(seen.site.wish, sight, leaving, departure);
    if (is_worked_on(instance)) here.merge(objections_at_work(sight, leaving));
  }
  return objections;
}

}  // namespace provisioner::cli
