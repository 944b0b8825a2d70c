#pragma once

#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

int collect_registry_garbage(const RegistryWords& words);
int back_up_registry(const RegistryWords& words);
int restore_registry(const RegistryWords& words);

}  // namespace provisioner::cluster
