#pragma once

#include "provisioner/front/cli/registry_words.h"

namespace provisioner::cli {

int demote_images(const RegistryWords& words);

}  // namespace provisioner::cli
