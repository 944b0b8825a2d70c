#pragma once

#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

int clean_registry(const RegistryWords& words);

}  // namespace provisioner::cluster
