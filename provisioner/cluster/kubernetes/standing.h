#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// How far a node has come on its way into the cluster: as its disk, etcd and the API tell
// together. All three must have been asked.
enum class Standing : std::uint8_t {
  silent,      // it does not answer
  blank,       // nothing of a cluster is on its disk
  half,        // something is: a join or a reset that was cut off, or data that went
  unfinished,  // a control plane whose vote counts, and that lacks its marks: never undone
  joined,
  other_role,  // asked for as a worker, with a control plane on it
};
Standing standing_of(const WishedNode& node, const ClusterWish& wish, const ClusterSight& sight);

// Whether the kubelet, kubeadm and runtime are those that a node of this cluster joins with.
bool is_prepared(const NodeSight& node, const Version& version);

// Which phase of `kubeadm init` has not come to its end on the node that a cluster begins on, as
// kubeadm 1.33 and 1.34 name them and go through them; empty where all that can be seen of them is
// there.
std::string_view init_phase(const NodeSight& node, const ClusterSight& sight);

// Members of etcd that nobody will ever bring back: no node of the inventory or the API has that
// name, or it has nothing of etcd on its disk, or it is a learner whose node is silent. A voter of
// a silent node is none: it may come back with its data.
std::vector<const EtcdMember*> orphans(const ClusterWish& wish, const ClusterSight& sight);

// Whether all that the inventory asks for is on the API object, and is known there to be ours; and
// nothing of ours that it does not ask for any more.
bool has_labels(const WishedNode& node, const ListedNode& listed);

}  // namespace provisioner::kubernetes
