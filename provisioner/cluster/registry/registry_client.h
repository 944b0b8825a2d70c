#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/http/client.h"

namespace provisioner::registry {

// Where a registry is, and as whom we come.
struct Access {
  std::string url;  // "https://registry.example.org:5001"
  http::Trust trust = {};
  std::optional<http::Credentials> account = {};
  std::string unmet_hint = {};  // the next step where it is not reached, or is not who it should be
};

// A manifest as the registry has it.
struct StoredManifest {
  std::string sha256, media_type, bytes;
};

// One registry, by the distribution specification v1.1 (opencontainers/distribution-spec), which
// each of the kinds that we know speaks. For one thread. Throws Error(unreachable) for no answer,
// Error(refused) where the account may not, Error(failed) for what the registry will not have, with
// its own words.
class RegistryClient {
 public:
  explicit RegistryClient(Access access);

  bool has_blob(const std::string& repository, const std::string& sha256);
  // The manifest's digest by a tag or "sha256:DIGEST"; nullopt where there is none.
  std::optional<std::string> digest_of(const std::string& repository, const std::string& reference);
  std::optional<StoredManifest> manifest(const std::string& repository,
                                         const std::string& reference);
  std::vector<std::string> tags(const std::string& repository);  // none where it is not there
  std::vector<std::string> repositories();  // all names; empty where the registry tells none
  // Into a file that is not there yet. Throws Error(failed) where what comes has another digest.
  void fetch_blob(const std::string& repository, const std::string& sha256,
                  const std::string& path);

  // From a file of the controller. Afterwards the registry has it under this digest, which it has
  // computed itself.
  void push_blob(const std::string& repository, const std::string& sha256, const std::string& path);
  void push_blob_bytes(const std::string& repository, const std::string& bytes);
  // Takes it over from another repository of the same registry; false where that has it not.
  bool mount_blob(const std::string& repository, const std::string& sha256,
                  const std::string& from);
  // All blobs first: whoever sees a manifest can pull all of it. `reference` is a tag or a digest.
  void push_manifest(const std::string& repository, const std::string& reference,
                     const StoredManifest& manifest);
  // With its tags; false where it was not there.
  bool remove_manifest(const std::string& repository, const std::string& sha256);

 private:
  void finish_upload(const std::string& repository, const std::string& sha256,
                     const std::string& bytes, const http::FileContent* file);
  http::Response ask(http::Method method, const std::string& path,
                     std::vector<std::pair<std::string, std::string>> headers = {},
                     const std::string& body = {}, const http::FileContent* file = nullptr);
  std::string begin_upload(const std::string& repository);
  // What all pages of a list have under `key`; of what is not there, nothing.
  std::vector<std::string> listed(const std::string& place, const char* key,
                                  const std::string& doing);

  Access access_;
  http::Client client_;
};

// The repository that stands in the site's registry for one of another: "mirror/docker.io/lab/tool"
// and "1" of "docker.io/lab/tool:1".
struct MirrorName {
  std::string repository, tag;
};
MirrorName mirror_of(const std::string& image);

}  // namespace provisioner::registry
