// What a cluster's programs are told, as `cluster up` brings it up to date.

#include "provisioner/front/cluster/cluster_settings.h"

namespace provisioner::cluster {
namespace {

using value::List;

// Of those that can be told: they answer, and are in the cluster.
List members(const std::vector<kubernetes::WishedNode>& nodes,
             const kubernetes::ClusterSight& sight) {
  List names;
  for (const kubernetes::WishedNode& node : nodes)
    if (const kubernetes::NodeSight& seen = sight.node(node.name); seen.answers && seen.listed)
      names.emplace_back(node.name);
  return names;
}

}  // namespace

void bring_settings(ClusterSession& session) {
  const ClusterWork& work = session.work();
  const List control = members(work.site.wish.control, session.sight());
  List all = control;
  for (const value::Value& worker : members(work.site.wish.workers, session.sight()))
    all.push_back(worker);
  run_stage(work, "settings",
            {{"cluster_host", any_helper(work.site, session.sight())},
             {"cluster_control", control},
             {"cluster_members", std::move(all)}});
}

}  // namespace provisioner::cluster
