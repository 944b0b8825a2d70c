#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/artifacts/artifact_store.h"

namespace provisioner::artifacts {

// Images in the store: the manifest and each blob that it names, by their digests, bytes as they
// came (image-spec v1.0, manifest.md; also Docker's manifests of version 2, schema 2).

// Takes what an OCI layout (image-layout.md) holds: a folder whose files are ours to move, or an
// archive of one. Of an index the image for linux/amd64 is taken. The result names the manifest and
// counts all bytes. Throws Error(input) for what is no image or not whole, and where the manifest
// is not `expected`.
Kept take_layout(const Store& store, const std::string& folder, const std::string& expected = {});
Kept keep_archive(const Store& store, const std::string& archive, const std::string& expected = {});

// Takes what `skopeo copy ... dir:FOLDER` has left there.
Kept take_skopeo_folder(const Store& store, const std::string& folder,
                        const std::string& expected = {});

struct Blob {
  std::string sha256, media_type;
  std::uint64_t size = 0;  // bytes
};
struct Manifest {
  std::string media_type;
  std::string bytes;
  Blob config;
  std::vector<Blob> layers;  // from the bottom up
};

// The manifest of one image. Throws Error(input) for what is none, an index for example; `name` is
// where it comes from.
Manifest read_manifest(const std::string& bytes, const std::string& name);

// A manifest that lies in the store. Throws Error(input) for what is none.
Manifest manifest_in(const Store& store, const std::string& sha256);

// Digests of what the image needs and the store has not; its manifest's alone where that is not
// there.
std::vector<std::string> missing_blobs(const Store& store, const std::string& manifest);

}  // namespace provisioner::artifacts
