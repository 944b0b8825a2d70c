// What stands beside an image: signatures and lists of what it holds.

#include "provisioner/cluster/registry/cosign.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/ecdsa.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"

namespace provisioner::registry {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr const char* manifest_type = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* config_type = "application/vnd.oci.image.config.v1+json";
constexpr const char* payload_type = "application/vnd.dev.cosign.simplesigning.v1+json";
constexpr const char* signature_key = "dev.cosignproject.cosign/signature";

std::string compact(Value value) {
  return value::write_json(value, {.ascii_only = false, .compact = true});
}

std::string tag_for(const std::string& sha256, const std::string& ending) {
  return "sha256-" + sha256 + "." + ending;
}

Dict described(const char* media_type, const std::string& bytes) {
  return {{"mediaType", media_type},
          {"size", static_cast<std::int64_t>(bytes.size())},
          {"digest", "sha256:" + crypto::sha256(bytes)}};
}

// Readers of images want one, and that it names the layers.
std::string config_for(const List& layers) {
  List digests;
  for (const Value& layer : layers) digests.emplace_back(value::text_or(layer, "digest", ""));
  return compact(Value(Dict{{"architecture", ""},
                            {"created", "0001-01-01T00:00:00Z"},
                            {"history", List{Value(Dict{{"created", "0001-01-01T00:00:00Z"}})}},
                            {"os", ""},
                            {"rootfs", Dict{{"type", "layers"}, {"diff_ids", std::move(digests)}}},
                            {"config", Dict()}}));
}

void push_manifest(RegistryClient& registry, const std::string& repository, const std::string& tag,
                   List layers) {
  const std::string config = config_for(layers);
  registry.push_blob_bytes(repository, config);
  const std::string bytes = compact(Value(Dict{{"schemaVersion", 2},
                                               {"mediaType", manifest_type},
                                               {"config", described(config_type, config)},
                                               {"layers", std::move(layers)}}));
  registry.push_manifest(repository, tag, {crypto::sha256(bytes), manifest_type, bytes});
}

List layers_under(RegistryClient& registry, const std::string& repository, const std::string& tag) {
  const auto stored = registry.manifest(repository, tag);
  if (!stored) return {};
  const Value read = value::read_json(stored->bytes, "<signatures>");
  return items_of(read.find("layers"));
}

std::string payload_of(RegistryClient& registry, const std::string& repository,
                       const Value& layer) {
  const auto sha256 = crypto::digest_in(value::text_or(layer, "digest", ""));
  if (!sha256) return {};
  const os::TemporaryDirectory place;
  const std::string path = os::join_path(place.path(), "payload");
  registry.fetch_blob(repository, *sha256, path);
  return os::require_file(path);
}

std::string signed_digest(const std::string& payload) {
  const Value read = value::read_json(payload, "<signature>");
  const Value* critical = read.find("critical");
  const Value* image = critical == nullptr ? nullptr : critical->find("image");
  return image == nullptr ? "" : value::text_or(*image, "docker-manifest-digest", "");
}

// Whoever could put a signature of another image there has no signature of this one.
bool is_by(RegistryClient& registry, const std::string& repository, const Value& layer,
           const std::string& sha256, const std::string& public_key) {
  const Value* notes = layer.find("annotations");
  if (notes == nullptr) return false;
  const std::string signature = value::text_or(*notes, signature_key, "");
  const std::string payload = payload_of(registry, repository, layer);
  if (signature.empty()) return false;
  try {
    return signed_digest(payload) == "sha256:" + sha256 &&
           crypto::is_ecdsa_signed(payload, base::base64_decode(signature), public_key);
  } catch (const base::Error&) {
    return false;  // neither JSON nor base64: others put there what they like
  }
}

bool is_among(RegistryClient& registry, const std::string& repository, const List& layers,
              const std::string& sha256, const std::string& public_key) {
  for (const Value& layer : layers)
    if (is_by(registry, repository, layer, sha256, public_key)) return true;
  return false;
}

}  // namespace

std::string signature_payload(const std::string& reference, const std::string& sha256) {
  const Dict critical{{"identity", Dict{{"docker-reference", reference}}},
                      {"image", Dict{{"docker-manifest-digest", "sha256:" + sha256}}},
                      {"type", "cosign container image signature"}};
  return compact(Value(Dict{{"critical", critical}, {"optional", Value()}}));
}

bool sign_image(RegistryClient& registry, const std::string& repository, const std::string& sha256,
                const std::string& reference, const base::Secret& key) {
  const std::string tag = tag_for(sha256, "sig");
  List layers = layers_under(registry, repository, tag);
  if (is_among(registry, repository, layers, sha256, crypto::ecdsa_public_key(key))) return false;
  const std::string payload = signature_payload(reference, sha256);
  registry.push_blob_bytes(repository, payload);
  Dict layer = described(payload_type, payload);
  layer.set("annotations",
            Dict{{signature_key, base::base64_encode(crypto::ecdsa_sign(payload, key))}});
  layers.emplace_back(std::move(layer));
  push_manifest(registry, repository, tag, std::move(layers));
  return true;
}

bool is_image_signed(RegistryClient& registry, const std::string& repository,
                     const std::string& sha256, const std::string& public_key) {
  return is_among(registry, repository, layers_under(registry, repository, tag_for(sha256, "sig")),
                  sha256, public_key);
}

void attach(RegistryClient& registry, const std::string& repository, const std::string& sha256,
            const std::string& ending, const std::string& media_type, const std::string& bytes) {
  registry.push_blob_bytes(repository, bytes);
  push_manifest(registry, repository, tag_for(sha256, ending),
                {Value(described(media_type.c_str(), bytes))});
}

}  // namespace provisioner::registry
