#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/cluster/registry/registry_client.h"

namespace provisioner::registry {

// A part of an image that a node pulls.
struct ImageLayer {
  std::string sha256;
  std::uint64_t size = 0;  // bytes, as it travels
  bool is_packed = true;
};

// What a node of this architecture ("amd64") pulls of an image: of an index the part that is for
// it. Throws Error(failed) where the registry has it not, or the index has none for such a node.
std::vector<ImageLayer> layers_of(RegistryClient& registry, const std::string& repository,
                                  const std::string& sha256, const std::string& architecture);

}  // namespace provisioner::registry
