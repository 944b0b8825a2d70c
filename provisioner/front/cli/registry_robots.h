#pragma once

#include "provisioner/front/cli/registry_words.h"

namespace provisioner::cli {

int list_robots(const RegistryWords& words);
int add_robots(const RegistryWords& words);
int remove_robots(const RegistryWords& words);

}  // namespace provisioner::cli
