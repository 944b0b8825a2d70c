#pragma once

#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

int prepull_images(const RegistryWords& words);

}  // namespace provisioner::cluster
