#pragma once

#include <string>
#include <vector>

#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

// An instance that may pull from the registry.
struct PullingInstance {
  std::string name;
  std::vector<std::string> sandboxes;  // `container_runtime_pause` of its nodes
};
// All instances of the inventory with a control plane whose nodes pull from it, whichever is named;
// by a name that no registry of the inventory has they may. Throws why a node cannot be evaluated.
std::vector<PullingInstance> instances_that_pull(const RegistryWords& words,
                                                 const RegistrySite& site);

// Whose admission goes by what the registry has: the instances that its nodes are of, and of those
// that pull from it all whose registry_read_by it is. Throws as these two.
std::vector<std::string> instances_of(const RegistryWords& words, const RegistrySite& site);

// Brings images.lock to the admission of each. One that does not answer is told of, and hinders
// no other; so is a node that cannot be evaluated, and then the registry's own instances alone are
// found. `cluster up` brings it as well.
struct ToldInstances {
  std::vector<std::string> names;  // of all that were found
  bool is_well = true;             // each has what it asks for
};
ToldInstances tell_instances(const RegistryWords& words, const RegistrySite& site);

}  // namespace provisioner::cluster
