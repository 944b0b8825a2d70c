#pragma once

#include <string>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// What is restored, and how it is meant.
struct Restoration {
  std::string snapshot;  // its SHA-256
  bool is_anew = false;  // the cluster works, and goes back to the snapshot all the same
};

// What `cluster etcd restore` does next: all control planes that answer are stopped, get the data
// of the snapshot as members of one new cluster of etcd, and are started; each of that on all of
// them before the next. Goes on by the marks on the nodes wherever it was cut off. Done where no
// mark is left and `has_begun`.
Next next_restore_step(const ClusterWish& wish, const ClusterSight& sight,
                       const Restoration& restoration, bool has_begun);

// The control-plane nodes that a restore is done on: those that answer and are a cluster's, and
// that it names where it is under way.
std::vector<const WishedNode*> restored_nodes(const ClusterWish& wish, const ClusterSight& sight);

// The mark of a restore that has begun on any node and not ended; nullptr: there is none.
const RestoreMark* restore_under_way(const ClusterWish& wish, const ClusterSight& sight);

}  // namespace provisioner::kubernetes
