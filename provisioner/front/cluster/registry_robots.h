#pragma once

#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

int list_robots(const RegistryWords& words);
int add_robots(const RegistryWords& words);
int remove_robots(const RegistryWords& words);

}  // namespace provisioner::cluster
