#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/objection.h"
#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// The certificate authority of a cluster, and the control-plane node that it was seen on.
struct Authority {
  std::string node, digest;
};

// nullopt: no control-plane node that answers has one.
std::optional<Authority> authority_of(const ClusterWish& wish, const ClusterSight& sight);

// Two control-plane nodes with different ones: then nothing may be done to either.
std::optional<Objection> authority_objection(const ClusterWish& wish, const ClusterSight& sight);

// A node that has joined another cluster than that of this authority.
std::optional<Objection> foreign_objection(const std::string& node, const ClusterSight& sight,
                                           const Authority& authority);

// Why no cluster may be begun although nobody shows an authority: somebody may have one whom we
// cannot ask, or what is left of a cluster was seen. A second authority is for ever. Of `beginner`,
// whose own init was cut off, what it has left is as it should be.
std::vector<Objection> init_objections(const ClusterWish& wish, const ClusterSight& sight,
                                       const std::string& beginner = {});

}  // namespace provisioner::kubernetes
