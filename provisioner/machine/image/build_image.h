#pragma once

#include <string>

#include "provisioner/machine/image/image_definition.h"
#include "provisioner/machine/image/image_store.h"
#include "provisioner/machine/image/progress.h"

namespace provisioner::image {

struct BuildOptions {
  std::string locked_by;  // a package lock to build from; empty: the mirror's newest packages
  std::string version;    // empty: the day, and a number
  std::string agent;      // provisioner-deploy, for the RAM disk
};

struct BuiltImage {
  StoredImage image;
  std::uint64_t ram_disk_bytes = 0;
};

// Makes an image of its definition and publishes it in the store, with the kernel and the RAM disk
// that write it, and keeps the lock of its packages beside it. From the same definition, lock and
// tools it is the same bytes. Needs root, and programs of Debian (docs/dependencies.md). Throws
// Error(input) where the lock is of another definition, Error(failed, refused).
BuiltImage build_image(const Definition& definition, const Store& store,
                       const BuildOptions& options, const Progress& progress);

}  // namespace provisioner::image
