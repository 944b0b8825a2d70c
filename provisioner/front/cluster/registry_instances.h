#pragma once

#include <string>
#include <vector>

#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

// The instances of the inventory that have a control plane and pull from this registry; the one
// that is named, where one is.
std::vector<std::string> instances_of(const RegistryWords& words);

// An instance that may pull from the registry.
struct PullingInstance {
  std::string name;
  std::vector<std::string> sandboxes;  // `container_runtime_pause` of its nodes
};
// All instances of the inventory with a control plane whose nodes pull from it, whichever is named;
// by a name that no registry of the inventory has they may. Throws why a node cannot be evaluated.
std::vector<PullingInstance> instances_that_pull(const RegistryWords& words,
                                                 const RegistrySite& site);

// Brings images.lock to the admission of each. One that does not answer is told of, and hinders
// no other: then false. `cluster up` brings it as well.
bool tell_instances(const RegistryWords& words);

}  // namespace provisioner::cluster
