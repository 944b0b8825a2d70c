#pragma once

#include <string>

#include "provisioner/base/value/value.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::gates {

// Whether a pod of this spec may be put on a node, by what it names itself: the node, nodeSelector,
// and what its affinity for nodes requires. Taints and room are no part of that.
bool may_run_on(const value::Value& pod, const std::string& node, const kubernetes::Labels& labels);

}  // namespace provisioner::gates
