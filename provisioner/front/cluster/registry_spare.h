#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/registry/spare_images.h"
#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

// What of the site's registry nobody needs: what came in and is vetted or has waited for too long,
// what was demoted, and images of mirror/ that no lock names and no cluster runs.
struct RegistrySpare {
  registry::SpareImages own, incoming;
  std::vector<std::string> remarks;  // what could not be told, and stays therefore

  bool is_empty() const { return own.images.empty() && incoming.images.empty(); }
  std::uint64_t bytes() const { return own.bytes + incoming.bytes; }
};

// Asks the registry's node, the registry, and the clusters that pull from it. Throws
// Error(unreachable) where the node does not answer.
RegistrySpare look_for_spare(const RegistryWords& words, const RegistrySite& site);

}  // namespace provisioner::cluster
