#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/cluster/artifacts/image_blobs.h"
#include "provisioner/cluster/registry/registry_client.h"

namespace provisioner::registry {

// A manifest of an image or an index, as a registry of ours has it on its disk.
struct StoredImage {
  std::string repository, sha256;
  std::vector<std::string> tags;
  std::int64_t came = 0;   // seconds since 1970, by the node: when it or a tag was pushed last
  std::uint64_t size = 0;  // bytes, of the manifest itself
  std::vector<std::string> parts;      // digests of manifests that an index names
  std::vector<artifacts::Blob> blobs;  // configuration and layers
};

struct StoredImages {
  std::int64_t now = 0;  // of the node, as it began to look
  std::vector<StoredImage> images;
};

// By what registry_stored_script.sh prints. Throws Error(failed) where that is cut off.
StoredImages read_stored_images(const std::string& answer);

// What each names, by the registry's API. One that is not there any more names nothing.
void read_what_they_name(RegistryClient& registry, StoredImages& stored);

}  // namespace provisioner::registry
