#pragma once

#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

int demote_images(const RegistryWords& words);

}  // namespace provisioner::cluster
