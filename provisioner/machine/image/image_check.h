#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/machine/image/image_store.h"

namespace provisioner::image {

// What is wrong with an image in the store: each chunk in both its forms, kernel, RAM disk, the
// manifest's public copy. One sentence each; none where all is as it was signed. Whose signature is
// wrong cannot be read: Store::image() throws.
std::vector<std::string> damages(const Store& store, const StoredImage& image);

// What of an image, and of the files that boot it (its own, or another image's), is gone or has
// another size than it was published with: cheap enough for each plan, and blind for bytes that
// have changed. One sentence each.
std::vector<std::string> shortfalls(const Store& store, const StoredImage& image,
                                    const BootFiles& boot);

// Of which signature or boot files are there and the manifest is not. Whoever removes an image
// removes all three; one that is being published has its manifest within moments.
struct LostManifest {
  std::string name, version;
  std::string hint() const;
};
std::vector<LostManifest> lost_manifests(const Store& store);

struct Garbage {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

// Removes chunks and files that no manifest names, packages that no lock names, and what builds
// that were killed have left. Throws Error(refused) while an image is being made, Error(failed)
// where a manifest is lost or cannot be read, or a kernel or RAM disk is not there: then nothing is
// removed.
Garbage collect_garbage(const Store& store);

}  // namespace provisioner::image
