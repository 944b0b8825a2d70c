#pragma once

#include <string>
#include <vector>

#include "provisioner/machine/image/image_store.h"
#include "provisioner/machine/image/progress.h"

namespace provisioner::image {

// Cuts a raw disk into chunks and keeps them. Throws Error(input) where it is not of whole sectors,
// Error(failed) where it cannot be read.
std::vector<chunk::Chunk> keep_disk(const Store& store, const std::string& path,
                                    const Progress& progress);

}  // namespace provisioner::image
