// From where a step is taken.

#include "provisioner/cluster/kubernetes/helping_node.h"

#include <algorithm>

namespace provisioner::kubernetes {
namespace {

bool votes(const WishedNode& node, const ClusterSight& sight) {
  const EtcdMember* member = member_of(node, sight);
  return member != nullptr && member->is_voter() && member->is_healthy;
}

bool helps_itself(Act act) {
  return act == Act::drain || act == Act::cordon || act == Act::bring_back ||
         act == Act::upgrade_kubelet;
}

}  // namespace

std::optional<std::string> helping_node(const ClusterWish& wish, const ClusterSight& sight,
                                        const std::vector<std::string>& except) {
  std::optional<std::string> second_best;
  for (const WishedNode& node : wish.control) {
    const NodeSight& seen = sight.node(node.name);
    if (!seen.has_manifests || !seen.is_init_complete ||
        std::ranges::find(except, node.name) != except.end())
      continue;
    if (votes(node, sight)) return node.name;
    if (!second_best) second_best = node.name;
  }
  return second_best;
}

std::optional<std::string> ready_helping_node(const ClusterWish& wish, const ClusterSight& sight) {
  std::vector<std::string> others;
  for (const WishedNode& node : wish.control)
    if (const NodeSight& seen = sight.node(node.name); !seen.answers || !seen.is_ready())
      others.push_back(node.name);
  const auto ready = helping_node(wish, sight, others);
  return ready ? ready : helping_node(wish, sight, {});
}

std::optional<std::string> helper_of(const ClusterWish& wish, const ClusterSight& sight,
                                     const Step& step) {
  if (wish.control.size() == 1 && helps_itself(step.act)) return helping_node(wish, sight, {});
  std::vector<std::string> except = step.nodes;
  for (const WishedNode& node : wish.control)
    if (const EtcdMember* member = member_of(node, sight))
      if (step.member == member->id) except.push_back(node.name);
  return helping_node(wish, sight, except);
}

}  // namespace provisioner::kubernetes
