#pragma once

#include "provisioner/cluster/registry/layer_shelf.h"
#include "provisioner/cluster/registry/layer_stream.h"
#include "provisioner/cluster/registry/package.h"

namespace provisioner::registry {

// What the last entry of a layer, which is a file, says that it was made of: a program of Go, told
// by its bytes, or an archive of Java, by its name. Nothing of any other. Throws Error(failed)
// where there is no room for an archive.
FoundPackages read_program(const LayerEntry& entry, LayerStream& layer, LayerShelf& shelf);

}  // namespace provisioner::registry
