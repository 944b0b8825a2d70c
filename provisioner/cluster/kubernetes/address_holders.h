#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// Control-plane nodes by the part that they have in the address of the API.
struct AddressHolders {
  std::vector<std::string> present = {};  // members of the cluster that answer, ready or not
  std::vector<std::string> silent = {};   // may have it as it was before: nobody can tell them
};

// Of all but those of `without`. No API needs to answer; another cluster's nodes are none of these.
AddressHolders address_holders(const ClusterWish& wish, const ClusterSight& sight,
                               const std::vector<std::string>& without = {});

}  // namespace provisioner::kubernetes
