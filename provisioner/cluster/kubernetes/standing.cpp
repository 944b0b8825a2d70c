// How far nodes and members are.

#include "provisioner/cluster/kubernetes/standing.h"

#include <algorithm>
#include <set>

namespace provisioner::kubernetes {
namespace {

Standing standing_of_control(const WishedNode& node, const ClusterSight& sight) {
  const NodeSight& seen = sight.node(node.name);
  if (!seen.has_traces()) return Standing::blank;
  const EtcdMember* member = member_of(node, sight);
  const bool is_whole = !seen.ca.empty() && seen.has_manifests && seen.has_kubelet_config &&
                        seen.has_etcd_data && member != nullptr && member->is_voter();
  if (!is_whole) return Standing::half;
  if (seen.listed && seen.listed->is_control()) return Standing::joined;
  return member->is_healthy ? Standing::unfinished : Standing::half;
}

Standing standing_of_worker(const WishedNode& node, const ClusterSight& sight) {
  const NodeSight& seen = sight.node(node.name);
  if (seen.has_manifests || seen.has_etcd_data) return Standing::other_role;
  if (!seen.has_traces()) return Standing::blank;
  return seen.has_kubelet_config && seen.listed ? Standing::joined : Standing::half;
}

bool is_orphan(const EtcdMember& member, const ClusterWish& wish, const ClusterSight& sight) {
  if (member.is_healthy) return false;
  for (const WishedNode& node : wish.control) {
    if (member_of(node, sight) != &member) continue;
    const NodeSight& seen = sight.node(node.name);
    return seen.answers ? !seen.has_traces() : member.is_learner;
  }
  const auto owner = sight.nodes.find(member.name);
  if (owner == sight.nodes.end()) return true;
  return owner->second.answers && !owner->second.has_etcd_data;
}

}  // namespace

Standing standing_of(const WishedNode& node, const ClusterWish& wish, const ClusterSight& sight) {
  if (!sight.node(node.name).answers) return Standing::silent;
  return wish.control_node(node.name) != nullptr ? standing_of_control(node, sight)
                                                 : standing_of_worker(node, sight);
}

bool is_prepared(const NodeSight& node, const Version& version) {
  return node.has_runtime && node.kubeadm == version && node.kubelet == version;
}

std::string_view init_phase(const NodeSight& node, const ClusterSight& sight) {
  if (node.ca.empty()) return "certs";
  if (!node.has_kubelet_config) return "kubeconfig";
  if (!node.has_manifests) return "control-plane";
  if (!node.has_etcd_data) return "kubelet-start";
  if (!sight.is_api_up) return "wait-control-plane";
  if (!sight.configured) return "upload-config";
  if (!node.listed || !node.listed->is_control()) return "mark-control-plane";
  return sight.proxy ? "" : "addon";
}

std::vector<const EtcdMember*> orphans(const ClusterWish& wish, const ClusterSight& sight) {
  std::vector<const EtcdMember*> found;
  for (const EtcdMember& member : sight.members())
    if (is_orphan(member, wish, sight)) found.push_back(&member);
  return found;
}

bool has_labels(const WishedNode& node, const ListedNode& listed) {
  std::set<std::string> labels, taints;
  for (const auto& [key, text] : node.labels) {
    const auto found = listed.labels.find(key);
    if (found == listed.labels.end() || found->second != text) return false;
    labels.insert(key);
  }
  for (const Taint& taint : node.taints) {
    if (std::ranges::find(listed.taints, taint) == listed.taints.end()) return false;
    taints.insert(taint.key_and_effect());
  }
  return listed.own_labels == labels && listed.own_taints == taints;
}

}  // namespace provisioner::kubernetes
