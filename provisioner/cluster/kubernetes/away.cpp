// One control-plane node at a time.

#include "provisioner/cluster/kubernetes/away.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/cluster/kubernetes/quorum.h"

namespace provisioner::kubernetes {
namespace {

// Why a control-plane node cannot stand in for another one; nullptr where it can.
const char* why_missing(const WishedNode& node, const ClusterSight& sight) {
  const NodeSight& seen = sight.node(node.name);
  if (!seen.answers) return "does not answer";
  if (!seen.listed) return "is not in the cluster";
  if (seen.listed->away != Away::no) return "is drained";
  if (!seen.listed->is_ready) return "is not ready";
  const EtcdMember* member = member_of(node, sight);
  if (member == nullptr || member->is_learner) return "has no vote in etcd";
  return member->is_healthy ? nullptr : "has an etcd that does not take part";
}

}  // namespace

std::optional<Objection> away_objection(const ClusterWish& wish, const ClusterSight& sight,
                                        const std::vector<std::string>& nodes) {
  std::vector<std::string> leaving;
  for (const std::string& name : nodes)
    if (wish.control_node(name) != nullptr) leaving.push_back(name);
  if (leaving.empty()) return std::nullopt;
  if (leaving.size() > 1)
    return Objection{"of the control plane one node at a time: " + base::join(leaving, ", ")};
  if (sight.etcd && sight.etcd->is_split())
    return Objection{"etcd's members do not belong to one cluster",
                     "look at them: provisioner cluster etcd members INSTANCE"};
  for (const WishedNode& other : wish.control) {
    const char* why = other.name == leaving.front() ? nullptr : why_missing(other, sight);
    if (why != nullptr)
      return Objection{"'" + other.name + "' " + why + ", so '" + leaving.front() + "' must stay",
                       "provisioner cluster status INSTANCE"};
  }
  if (sight.members().empty()) return quorum_objection(sight.members());
  return away_objection(sight.members(), leaving);
}

}  // namespace provisioner::kubernetes
