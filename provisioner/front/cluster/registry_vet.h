#pragma once

#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

int vet_images(const RegistryWords& words);

}  // namespace provisioner::cluster
