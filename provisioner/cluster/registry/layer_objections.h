#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/registry/broken_layer.h"
#include "provisioner/cluster/registry/pulled_image.h"

namespace provisioner::registry {

// Why a node could not unpack this image's layers, in sentences for people: each that is of a media
// type that containerd does not unpack, or that nodes without a way out cannot have; each that is
// broken; and where the configuration knows of more or fewer.
std::vector<std::string> layer_objections(const ImagePart& part,
                                          const std::vector<BrokenLayer>& broken);

}  // namespace provisioner::registry
