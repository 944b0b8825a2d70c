// Who shares the address of the API.

#include "provisioner/cluster/kubernetes/address_holders.h"

#include <algorithm>

#include "provisioner/cluster/kubernetes/authority.h"

namespace provisioner::kubernetes {

AddressHolders address_holders(const ClusterWish& wish, const ClusterSight& sight,
                               const std::vector<std::string>& without) {
  AddressHolders holders;
  const auto authority = authority_of(wish, sight);
  for (const WishedNode& node : wish.control) {
    if (std::ranges::find(without, node.name) != without.end()) continue;
    const NodeSight& seen = sight.node(node.name);
    if (!seen.answers)
      holders.silent.push_back(node.name);
    else if (seen.has_manifests && seen.is_init_complete && authority &&
             seen.ca == authority->digest)
      holders.present.push_back(node.name);
  }
  return holders;
}

}  // namespace provisioner::kubernetes
