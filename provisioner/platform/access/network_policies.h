#pragma once

#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/platform/access/access.h"

namespace provisioner::access {

// The policies of one namespace, without labels: `default-deny`, which closes it both ways;
// `declared-flows`, which opens it for the name service, for itself and for what is declared. Where
// the network is Cilium and a flow has the API at an end, `declared-entities` says it in Cilium's
// own words, since there an address of a node matches no ipBlock (policy-cidr-match-mode).
std::vector<value::Value> network_policies(const Access& access, const Namespace& one);

}  // namespace provisioner::access
