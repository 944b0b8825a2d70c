#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/registry/spare_images.h"
#include "provisioner/front/cluster/registry_instances.h"
#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

// What of the site's registry nobody needs: what came in and is vetted or has waited for too long,
// what was demoted, and images of mirror/ that no lock names and no cluster runs.
struct RegistrySpare {
  registry::SpareImages own, incoming;
  std::vector<std::string> remarks;  // what could not be told, and stays therefore

  std::size_t count() const { return own.images.size() + incoming.images.size(); }
  bool is_empty() const { return count() == 0; }
  std::uint64_t bytes() const { return own.bytes + incoming.bytes; }
};

// Asks the registry's node, the registry, and the clusters that pull from it. Throws
// Error(unreachable) where the node does not answer.
RegistrySpare look_for_spare(const RegistryWords& words, const RegistrySite& site);
// Asks all of them again: what of that is spare still, and nothing else.
RegistrySpare look_again(const RegistryWords& words, const RegistrySite& site,
                         const RegistrySpare& told);

// Why it cannot be known, of these instances, what of mirror/ is needed: somebody may need it who
// is not among them. "" where it can.
std::string doubt_about_mirror(const RegistryWords& words,
                               const std::vector<PullingInstance>& instances);

}  // namespace provisioner::cluster
