#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/cluster/artifacts/image_blobs.h"
#include "provisioner/cluster/registry/registry_client.h"

namespace provisioner::registry {

// What an image's configuration says of it (image-spec v1.0, config.md).
struct ImageFacts {
  std::string platform;  // "linux/amd64"
  std::string user;      // as it is written; "" is root
  std::string created;   // RFC 3339; "" where it is not said
  std::map<std::string, std::string> labels;
  std::vector<std::string> layers;  // digests of the unpacked ones, from the bottom up
  std::string mistake = {};  // why nodes cannot read it (`config_mistake`); "" where they can
};
ImageFacts read_image_facts(const std::string& config);  // throws Error(input) for what is none

// One image of a name: of an index there is one for each platform.
struct ImagePart {
  std::string sha256;  // of its manifest
  artifacts::Manifest manifest;
  ImageFacts facts;
  // Of an index alone: says something of another part, and runs nowhere.
  bool is_attestation = false;

  std::uint64_t size() const;  // bytes, as they travel
};

// An image with all that it is made of, as it came from a registry, each byte held against its
// digest. Its blobs lie in a folder as in an OCI layout (image-layout.md).
struct PulledImage {
  StoredManifest top;                     // of the image, or the index
  std::vector<StoredManifest> manifests;  // those that an index names; a part before what names it
  std::vector<ImagePart> parts;
  std::string folder;

  std::string blob_path(const std::string& sha256) const;
  std::vector<artifacts::Blob> blobs() const;  // each once
};

// `folder` is there and empty. Throws Error(usage) where the name has no such image, Error(input)
// for what is none, Error(failed) where something of it is missing or damaged.
PulledImage pull_image(RegistryClient& registry, const std::string& repository,
                       const std::string& reference, const std::string& folder);

// Makes the folder the OCI layout of this part alone: of several a scanner reads the first.
void lay_out(const PulledImage& image, const ImagePart& part);

// All blobs, then the parts, then the whole under its digest and under `tag` ("" for none): whoever
// sees a manifest there can pull all of it. What is there already is not sent again.
void push_image(RegistryClient& registry, const PulledImage& image, const std::string& repository,
                const std::string& tag);

}  // namespace provisioner::registry
