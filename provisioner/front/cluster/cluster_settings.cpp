// What a cluster's programs are told, as `cluster up` brings it up to date.

#include "provisioner/front/cluster/cluster_settings.h"

namespace provisioner::cluster {
namespace {

using value::Dict;
using value::List;
using value::Value;

Dict settings_nodes(const ClusterWork& work, const kubernetes::ClusterSight& sight) {
  const std::vector<std::string> members = serving_members(work.site, sight);
  List control;
  for (const std::string& name : members)
    if (work.site.wish.control_node(name) != nullptr) control.emplace_back(name);
  const std::vector<std::string> all = work.site.wish.control_names();
  return {{"cluster_host", any_helper(work.site, sight)},
          {"cluster_control", std::move(control)},
          {"cluster_all_control", List(all.begin(), all.end())},
          {"cluster_members", List(members.begin(), members.end())}};
}

}  // namespace

void bring_settings(ClusterSession& session) {
  run_stage(session.work(), "settings", settings_nodes(session.work(), session.sight()));
}

void bring_endpoint(const ClusterWork& work, const kubernetes::ClusterSight& sight,
                    const std::string& without) {
  List control, all;
  for (const kubernetes::WishedNode& node : work.site.wish.control) {
    if (node.name == without) continue;
    all.emplace_back(node.name);
    // While the API does not answer, nothing is known of who is ready.
    if (const kubernetes::NodeSight& seen = sight.node(node.name);
        seen.has_manifests && seen.is_init_complete)
      control.emplace_back(node.name);
  }
  if (control.empty()) return;
  const Value host = control.front();
  run_stage(work, "endpoint",
            {{"cluster_host", host},
             {"cluster_control", std::move(control)},
             {"cluster_all_control", std::move(all)}});
}

bool would_bring_settings(const ClusterWork& work, const kubernetes::ClusterSight& sight) {
  return would_change(work, "settings_differ", settings_nodes(work, sight));
}

}  // namespace provisioner::cluster
