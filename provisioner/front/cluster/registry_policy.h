#pragma once

#include "provisioner/cluster/registry/vetting_policy.h"
#include "provisioner/front/cluster/registry_site.h"

namespace provisioner::cluster {

// `registry_policy`. Mistakes are told on the standard error output; then Error(input).
registry::VettingPolicy vetting_policy_of(const RegistrySite& site);

}  // namespace provisioner::cluster
