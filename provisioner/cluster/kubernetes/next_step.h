#pragma once

#include <set>
#include <string>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// What `cluster up` does next to bring a cluster to what the inventory asks for. Nodes that it does
// not ask for are told of and never touched; no version is changed. The wish must have passed its
// check. `awaited` are nodes that were waited for until they are ready, in vain where they are not.
Next next_step(const ClusterWish& wish, const ClusterSight& sight,
               const std::set<std::string>& awaited = {});

// Whether etcd decides anything, as one.
std::vector<Objection> vote_objections(const ClusterWish& wish, const ClusterSight& sight);

// Whether etcd and the API are well enough for anything to be changed at all.
std::vector<Objection> health_objections(const ClusterWish& wish, const ClusterSight& sight);

}  // namespace provisioner::kubernetes
