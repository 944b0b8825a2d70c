#pragma once

#include <string>

#include "provisioner/base/base/secret.h"

namespace provisioner::cluster {

// The site's key for images (pki/images.key in the state directory), made the first time. Beside it
// lies its public half, images.pub. Throws Error(refused) where others may read it.
base::Secret signing_key();
std::string signing_key_public();  // as PEM

}  // namespace provisioner::cluster
