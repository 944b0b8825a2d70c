#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioner/cluster/artifacts/artifact_store.h"
#include "provisioner/cluster/registry/registry_client.h"

namespace provisioner::registry {

// Brings images of the lock into the site's registry, where nodes look for them (mirror/HOST/...).
// Those that are there stay; of a tag that names another digest it is moved. Returns how many were
// pushed. Throws Error(failed) where an image is not whole in the store, and as RegistryClient.
std::size_t seed(RegistryClient& registry, const artifacts::Store& store,
                 const std::vector<artifacts::Locked>& entries,
                 const std::function<void(const std::string& text)>& progress);

}  // namespace provisioner::registry
