#pragma once

#include <string>

#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/cluster/registry/registry_client.h"

namespace provisioner::registry {

// Takes a demoted image out of vetted/: its tags, its manifest, the parts of an index that no image
// of the lock has, and what stands beside them. What is gone already is none the worse. Blobs stay
// until garbage is collected.
void withdraw(RegistryClient& registry, const DemotedImage& image, const ImagesLock& lock);

}  // namespace provisioner::registry
