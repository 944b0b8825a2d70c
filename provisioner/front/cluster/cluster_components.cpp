// What stands on a cluster, as `cluster up` brings it.

#include "provisioner/front/cluster/cluster_components.h"

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cli/tell_warnings.h"
#include "provisioner/platform/access/manifests.h"

namespace provisioner::cluster {
namespace {

using value::List;

// Components that have a role of their name, in the order in which they need each other.
constexpr const char* roles[] = {"load_balancer", "cert_manager", "ingress",  "storage_classes",
                                 "metrics",       "logs",         "dashboard"};

constexpr std::pair<profile::Owner, const char*> owners_told[] = {
    {profile::Owner::provisioner, "ours: "},
    {profile::Owner::platform, "the platform's: "},
    {profile::Owner::site, "the site's: "}};

// What the site's registry has for all of them to be made of; of a site without one, nothing is
// known.
List images_there(const ClusterWork& work) {
  List images;
  if (work.site.registry.empty()) return images;
  for (const artifacts::Locked& entry : work.artifacts.locked())
    if (!entry.image.empty()) images.emplace_back(entry.image);
  return images;
}

List declared_access(const cli::ClusterSite& site) {
  const std::vector<value::Value> manifests = access::manifests(site.access);
  return {manifests.begin(), manifests.end()};
}

}  // namespace

std::vector<std::string> component_roles(const cli::ClusterSite& site) {
  std::vector<std::string> ours;
  for (const char* role : roles)
    if (site.profile.is_ours(role)) ours.emplace_back(role);
  return ours;
}

bool can_have_components(const cli::ClusterSite& site) {
  const base::Diagnostics mistakes = site.mistakes();
  cli::tell_warnings(mistakes);
  if (!mistakes.has_errors()) return true;
  std::cerr << mistakes.render(", nothing was done") << "\n";
  return false;
}

void tell_owners(const cli::ClusterSite& site) {
  for (const auto& [owner, words] : owners_told) {
    std::vector<std::string> names;
    for (const profile::Ownership& one : site.profile.components)
      if (one.owner == owner) names.push_back(one.component);
    if (!names.empty()) std::cout << words << base::join(names, ", ") << "\n";
  }
}

void bring_components(ClusterSession& session) {
  const ClusterWork& work = session.work();
  const kubernetes::ClusterSight& sight = session.sight();
  List ready;
  for (const kubernetes::WishedNode* node : work.site.wish.nodes())
    if (sight.node(node->name).is_ready()) ready.emplace_back(node->name);
  const auto unready = std::ranges::count_if(
      sight.nodes, [](const auto& node) { return node.second.listed && !node.second.is_ready(); });
  const std::string report = os::join_path(work.directory, "components");
  os::write_file(report, "", 0600);
  run_stage(work, "components",
            {{"cluster_host", any_helper(work.site, sight)},
             {"cluster_members", list_of(serving_members(work.site, sight))},
             {"cluster_ready", std::move(ready)},
             {"cluster_unready", static_cast<std::int64_t>(unready)},
             {"components_ours", list_of(component_roles(work.site))},
             {"cluster_monitoring", list_of(work.site.monitoring)},
             {"cluster_bastions", list_of(work.site.bastions)},
             {"cluster_images", images_there(work)},
             {"access_manifests", declared_access(work.site)},
             {"cluster_report", report}});
  const std::string told = os::require_file(report);
  for (const std::string_view line : base::lines_of(told))
    if (!base::trim(line).empty()) cli::say(base::escape_for_terminal(base::trim(line)));
}

}  // namespace provisioner::cluster
