// What an image is made of, by its manifest.

#include "provisioner/cluster/registry/image_layers.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/value/json.h"

namespace provisioner::registry {
namespace {

using base::Error;
using base::Kind;
using value::Value;

std::string digest_of(const Value& described) {
  const std::string digest = value::text_or(described, "digest", "");
  const auto sha256 = crypto::digest_in(digest);
  if (!sha256)
    throw Error(Kind::failed, "a manifest names a blob by '" + digest + "', which is no digest");
  return *sha256;
}

Value manifest_of(RegistryClient& registry, const std::string& repository,
                  const std::string& sha256) {
  const auto found = registry.manifest(repository, "sha256:" + sha256);
  if (!found)
    throw Error(Kind::failed, "the registry has no '" + repository + "@sha256:" + sha256 + "'");
  return value::read_json(found->bytes, repository);
}

// Of an index; nodes run Linux.
std::string part_for(const Value& parts, const std::string& repository,
                     const std::string& architecture) {
  for (const Value& part : parts.list()) {
    const Value* platform = part.find("platform");
    if (platform != nullptr && value::text_or(*platform, "os", "") == "linux" &&
        value::text_or(*platform, "architecture", "") == architecture)
      return digest_of(part);
  }
  throw Error(Kind::failed, "'" + repository + "' has nothing for nodes of linux/" + architecture);
}

// Media types end in "+gzip", "+zstd" or, of Docker, ".tar.gzip" where a layer is packed.
bool is_packed(const std::string& media_type) {
  return media_type.ends_with("gzip") || media_type.ends_with("zstd");
}

}  // namespace

std::vector<ImageLayer> layers_of(RegistryClient& registry, const std::string& repository,
                                  const std::string& sha256, const std::string& architecture) {
  Value manifest = manifest_of(registry, repository, sha256);
  if (const Value* parts = manifest.find("manifests"); parts != nullptr && parts->is_list())
    manifest = manifest_of(registry, repository, part_for(*parts, repository, architecture));
  std::vector<ImageLayer> layers;
  if (const Value* listed = manifest.find("layers"); listed != nullptr && listed->is_list())
    for (const Value& layer : listed->list())
      layers.push_back({digest_of(layer),
                        static_cast<std::uint64_t>(value::integer_or(layer, "size", 0)),
                        is_packed(value::text_or(layer, "mediaType", ""))});
  return layers;
}

}  // namespace provisioner::registry
