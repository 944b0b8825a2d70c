// What a cluster's programs are told, as `cluster up` brings it up to date.

#include "provisioner/front/cluster/cluster_settings.h"

namespace provisioner::cluster {

using value::List;

void bring_settings(ClusterSession& session) {
  const ClusterWork& work = session.work();
  const std::vector<std::string> members = answering_members(work.site, session.sight());
  List control;
  for (const std::string& name : members)
    if (work.site.wish.control_node(name) != nullptr) control.emplace_back(name);
  run_stage(work, "settings",
            {{"cluster_host", any_helper(work.site, session.sight())},
             {"cluster_control", std::move(control)},
             {"cluster_members", List(members.begin(), members.end())}});
}

}  // namespace provisioner::cluster
