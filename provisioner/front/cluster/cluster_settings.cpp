// What a cluster's programs are told, as `cluster up` brings it up to date.

#include "provisioner/front/cluster/cluster_settings.h"

#include <algorithm>

#include "provisioner/cluster/kubernetes/address_holders.h"
#include "provisioner/cluster/kubernetes/helping_node.h"

namespace provisioner::cluster {
namespace {

using value::Dict;
using value::List;

Dict settings_nodes(const ClusterWork& work, const kubernetes::ClusterSight& sight) {
  const std::vector<std::string> members = serving_members(work.site, sight);
  List control;
  for (const std::string& name : members)
    if (work.site.wish.control_node(name) != nullptr) control.emplace_back(name);
  const auto host = kubernetes::ready_helping_node(work.site.wish, sight);
  const kubernetes::AddressHolders holders = kubernetes::address_holders(work.site.wish, sight);
  return {{"cluster_host", host ? *host : any_helper(work.site, sight)},
          {"cluster_control", std::move(control)},
          {"cluster_all_control", list_of(work.site.wish.control_names())},
          {"cluster_address_holders", list_of(holders.present)},
          {"cluster_silent_control", list_of(holders.silent)},
          {"cluster_members", list_of(members)}};
}

}  // namespace

void bring_settings(ClusterSession& session) {
  run_stage(session.work(), "settings", settings_nodes(session.work(), session.sight()));
}

void bring_endpoint(const ClusterWork& work, const kubernetes::ClusterSight& sight,
                    const std::vector<std::string>& without) {
  const kubernetes::AddressHolders holders =
      kubernetes::address_holders(work.site.wish, sight, without);
  if (holders.present.empty()) return;
  std::vector<std::string> all = work.site.wish.control_names();
  std::erase_if(all, [&](const std::string& node) {
    return std::ranges::find(without, node) != without.end();
  });
  run_stage(work, "endpoint",
            {{"cluster_host", holders.present.front()},
             {"cluster_address_holders", list_of(holders.present)},
             {"cluster_silent_control", list_of(holders.silent)},
             {"cluster_all_control", list_of(all)}});
}

bool would_bring_settings(const ClusterWork& work, const kubernetes::ClusterSight& sight,
                          cli::ShownOn shown_on) {
  return would_change(work, "settings_differ", settings_nodes(work, sight), shown_on);
}

}  // namespace provisioner::cluster
