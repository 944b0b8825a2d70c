// What the inventory asks of images.

#include "provisioner/front/cluster/registry_policy.h"

#include <iostream>

#include "provisioner/base/base/error.h"

namespace provisioner::cluster {

registry::VettingPolicy vetting_policy_of(const RegistrySite& site) {
  base::Diagnostics found;
  registry::VettingPolicy policy = registry::read_vetting_policy(site.policy, found);
  if (!found.has_errors()) return policy;
  std::cerr << found.render(", nothing was done") << "\n";
  throw base::Error(base::Kind::input, "'registry_policy' has mistakes");
}

}  // namespace provisioner::cluster
