#pragma once

#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/platform/access/access.h"

namespace provisioner::access {

// All objects of a declaration, in an order in which they can be applied: namespaces, our cluster
// roles and the bindings for the whole cluster, then of each namespace its quota, limits, policies
// and bindings. Each bears the labels of `label_selector`. The same declaration makes the same
// objects in the same order.
std::vector<value::Value> manifests(const Access& access);

// Those of one namespace, with itself; for a file of its own.
std::vector<value::Value> manifests_of(const Access& access, const Namespace& one);
// Our cluster roles, and the bindings for the whole cluster.
std::vector<value::Value> cluster_manifests(const Access& access);

// Which objects of a cluster are of a declaration: what bears it and is not in it any more was
// taken out.
extern const char* const label_selector;  // "provisioner/part=access"

}  // namespace provisioner::access
