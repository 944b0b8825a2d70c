// A cluster that ends, and one that grows by some nodes.

#include "provisioner/cluster/kubernetes/whole.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/cluster/kubernetes/authority.h"
#include "provisioner/cluster/kubernetes/next_step.h"
#include "provisioner/cluster/kubernetes/standing.h"

namespace provisioner::kubernetes {
namespace {

// The wish without those that are not in the cluster, but for `added`.
ClusterWish with_added(const ClusterWish& wish, const ClusterSight& sight,
                       const std::vector<std::string>& added) {
  ClusterWish less = wish;
  const auto is_left_out = [&](const WishedNode& node) {
    const Standing standing = standing_of(node, wish, sight);
    const bool is_outside = standing == Standing::blank ||
                            (standing == Standing::silent && !sight.node(node.name).listed &&
                             member_of(node, sight) == nullptr);
    return is_outside && std::ranges::find(added, node.name) == added.end();
  };
  std::erase_if(less.control, is_left_out);
  std::erase_if(less.workers, is_left_out);
  return less;
}

}  // namespace

Next next_down_step(const ClusterWish& wish, const ClusterSight& sight) {
  Next next;
  if (auto objection = authority_objection(wish, sight)) {
    next.objections.push_back(*std::move(objection));
    return next;
  }
  std::vector<std::string> workers;
  const auto authority = authority_of(wish, sight);
  for (const WishedNode& node : wish.workers) {
    if (!sight.node(node.name).has_traces()) continue;
    if (authority)
      if (auto foreign = foreign_objection(node.name, sight, *authority)) {
        next.objections.push_back(*std::move(foreign));
        return next;
      }
    workers.push_back(node.name);
  }
  if (!workers.empty()) {
    next.step = Step{Act::reset, workers, {}, ""};
    return next;
  }
  for (auto node = wish.control.rbegin(); node != wish.control.rend(); ++node)
    if (sight.node(node->name).has_traces()) {
      next.step = Step{Act::reset, {node->name}, {}, ""};
      return next;
    }
  for (const WishedNode* node : wish.nodes())
    if (!sight.node(node->name).answers)
      next.objections.push_back({"'" + node->name + "' does not answer" +
                                     sight.node(node->name).because() + " and was not reset",
                                 "the same command goes on once it does, or re-image it"});
  return next;
}

std::vector<std::string> removed_by_down(const ClusterWish& wish, const ClusterSight& sight) {
  std::vector<std::string> removed;
  for (const WishedNode* node : wish.nodes()) {
    const NodeSight& seen = sight.node(node->name);
    if (!seen.has_traces()) continue;
    std::vector<std::string> parts;
    if (!seen.ca.empty() && wish.control_node(node->name) != nullptr)
      parts.emplace_back("keys of the cluster's authority");
    if (seen.has_etcd_data) parts.emplace_back("the data of etcd");
    if (seen.has_manifests) parts.emplace_back("the control plane");
    if (seen.has_kubelet_config) parts.emplace_back("its kubelet's identity and all of its pods");
    if (parts.empty()) parts.emplace_back("certificates of a cluster");
    removed.push_back("of '" + node->name + "': " + base::join(parts, ", "));
  }
  return removed;
}

Next next_addition_step(const ClusterWish& wish, const ClusterSight& sight,
                        const std::vector<std::string>& added) {
  if (!authority_of(wish, sight)) {
    Next next;
    next.objections.push_back({"no control-plane node that answers is in a cluster",
                               "provisioner cluster up " + wish.instance + " begins one"});
    return next;
  }
  return next_step(with_added(wish, sight, added), sight);
}

}  // namespace provisioner::kubernetes
