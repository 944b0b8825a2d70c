// Alarms of etcd, and what is done about them.

#include "provisioner/cluster/kubernetes/alarms.h"

#include <algorithm>

#include "provisioner/cluster/kubernetes/quorum.h"

namespace provisioner::kubernetes {
namespace {

// Its data is not what it should be: a member leaves, or all go back to a snapshot.
std::optional<Objection> corruption_objection(const EtcdSight& etcd) {
  if (etcd.is_undecided)
    return Objection{"etcd's members have different data, and it cannot tell whose is wrong",
                     "take all members back to one snapshot: provisioner cluster etcd restore",
                     true};
  return corrupt_members(etcd.members).empty() ? std::nullopt : alarm_objection(etcd.members);
}

}  // namespace

std::optional<Objection> alarm_objection(const EtcdSight& etcd) {
  if (auto objection = corruption_objection(etcd)) return objection;
  if (auto objection = alarm_objection(etcd.members)) return objection;
  if (etcd.left_alarms.empty()) return std::nullopt;
  return Objection{"etcd has an alarm of member " + text_of(etcd.left_alarms.front()) +
                       ", which has left: it refuses what is written to it",
                   "disarm it: provisioner cluster up INSTANCE", true};
}

std::optional<Step> disarming_step(const ClusterSight& sight) {
  if (!sight.etcd || sight.etcd->left_alarms.empty() || sight.etcd->is_split() ||
      quorum_objection(sight.members()) || corruption_objection(*sight.etcd))
    return std::nullopt;
  return Step{Act::disarm_alarms,
              {},
              {},
              "member " + text_of(sight.etcd->left_alarms.front()) + " has left, its alarm stays"};
}

Defragmentation defragmentation(const ClusterSight& sight) {
  Defragmentation found;
  const auto object = [&](std::optional<Objection> objection) {
    if (!objection) return false;
    found.objections.push_back(*std::move(objection));
    return true;
  };
  if (sight.etcd && sight.etcd->is_split()) {
    object(Objection{"etcd's members do not belong to one cluster",
                     "look at them: provisioner cluster etcd members INSTANCE"});
    return found;
  }
  if (object(quorum_objection(sight.members())) || object(corruption_objection(*sight.etcd)))
    return found;
  std::vector<const EtcdMember*> order;
  for (const EtcdMember& member : sight.members()) {
    found.is_without_space |= member.is_without_space;
    if (member.is_healthy)
      order.push_back(&member);
    else
      found.remarks.push_back(member.label() + " does not take part: its database stays as it is");
  }
  std::ranges::stable_partition(order, [](const EtcdMember* member) { return !member->is_leader; });
  for (const EtcdMember* member : order) found.members.push_back(member->id);
  return found;
}

}  // namespace provisioner::kubernetes
