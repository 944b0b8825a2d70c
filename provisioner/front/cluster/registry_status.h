#pragma once

#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

int list_images(const RegistryWords& words);
int registry_status(const RegistryWords& words);

}  // namespace provisioner::cluster
