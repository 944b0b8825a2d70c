#pragma once

#include "provisioner/front/cli/registry_words.h"

namespace provisioner::cli {

int list_images(const RegistryWords& words);
int registry_status(const RegistryWords& words);

}  // namespace provisioner::cli
