#pragma once

#include <memory>

#include "provisioner/cluster/registry/registry_driver.h"
#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

// Of a registry that others look after (`registry_kind` is not distribution). Throws Error(usage)
// for our own.
std::unique_ptr<registry::RegistryDriver> driver_of(const RegistrySite& site);

int adopt_registry(const RegistryWords& words);

}  // namespace provisioner::cluster
