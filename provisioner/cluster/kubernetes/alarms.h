#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"

namespace provisioner::kubernetes {

// Why nothing can be written to etcd: alarms of members, of some that have left, and of nobody.
std::optional<Objection> alarm_objection(const EtcdSight& etcd);

// Disarms what members that have left have left behind. nullopt: there is no such alarm, or one of
// those that stand says that data is wrong, which nobody may disarm.
std::optional<Step> disarming_step(const ClusterSight& sight);

// What `cluster etcd defragment` does: members give back what their databases do not use any more,
// one after the other, the leader last.
struct Defragmentation {
  std::vector<MemberId> members = {};  // in this order
  bool is_without_space = false;  // old revisions go first, and the alarms are disarmed in the end
  std::vector<Objection> objections = {};
  std::vector<std::string> remarks = {};
};
Defragmentation defragmentation(const ClusterSight& sight);

}  // namespace provisioner::kubernetes
