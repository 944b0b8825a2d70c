// What a cluster's programs are told, as `cluster up` brings it up to date.

#include "provisioner/front/cluster/cluster_settings.h"

namespace provisioner::cluster {
namespace {

using value::Dict;
using value::List;

Dict settings_nodes(const ClusterWork& work, const kubernetes::ClusterSight& sight) {
  const std::vector<std::string> members = answering_members(work.site, sight);
  List control;
  for (const std::string& name : members)
    if (work.site.wish.control_node(name) != nullptr) control.emplace_back(name);
  return {{"cluster_host", any_helper(work.site, sight)},
          {"cluster_control", std::move(control)},
          {"cluster_members", List(members.begin(), members.end())}};
}

}  // namespace

void bring_settings(ClusterSession& session) {
  run_stage(session.work(), "settings", settings_nodes(session.work(), session.sight()));
}

bool would_bring_settings(const ClusterWork& work, const kubernetes::ClusterSight& sight) {
  return would_change(work, "settings_differ", settings_nodes(work, sight));
}

}  // namespace provisioner::cluster
