// Images from one registry to another, by way of a folder.

#include "provisioner/cluster/registry/pulled_image.h"

#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/config_mistake.h"

namespace provisioner::registry {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

constexpr std::string_view digest_start = "sha256:";
constexpr int deepest_index = 3;
constexpr std::size_t largest_config = 8 << 20;  // bytes

bool is_index(std::string_view media_type) {
  return media_type == "application/vnd.oci.image.index.v1+json" ||
         media_type == "application/vnd.docker.distribution.manifest.list.v2+json";
}

std::string text_at(const Value& from, const char* key) { return value::text_or(from, key, ""); }

const std::string unknown_platform = "unknown/unknown";

std::string platform_in(const Value& from) {
  return value::text_or(from, "os", "unknown") + "/" +
         value::text_or(from, "architecture", "unknown");
}

// What containerd would run is no attestation, whatever its configuration says: the image that a
// name stands for, and a part that the index has for a platform.
bool may_run(const Value* described) {
  if (described == nullptr) return true;
  const Value* platform = described->find("platform");
  return platform != nullptr && platform_in(*platform) != unknown_platform;
}

class Pull {
 public:
  Pull(RegistryClient& registry, std::string repository, PulledImage& image)
      : registry_(registry), repository_(std::move(repository)), image_(image) {}

  StoredManifest manifest(const std::string& reference) {
    const auto found = registry_.manifest(repository_, reference);
    if (!found)
      throw Error(Kind::usage, "there is no image '" + repository_ + separator(reference) +
                                   reference + "' in the registry");
    // What the registry says is one thing, what the bytes are is what counts.
    StoredManifest stored = *found;
    stored.sha256 = crypto::sha256(stored.bytes);
    if (reference.starts_with(digest_start) && reference.substr(7) != stored.sha256)
      throw Error(Kind::failed, "the manifest '" + reference + "' of '" + repository_ +
                                    "' is damaged in the registry");
    return stored;
  }

  // `described`: what the index that names it says of it.
  void take(const StoredManifest& stored, int depth, const Value* described = nullptr) {
    os::write_file(image_.blob_path(stored.sha256), stored.bytes);
    if (!is_index(stored.media_type)) return take_part(stored, may_run(described));
    const Value read = value::read_json(stored.bytes, "<index>");
    const Value* list = read.find("manifests");
    if (list == nullptr || !list->is_list() || list->list().empty() || depth >= deepest_index)
      throw Error(Kind::input, "the index of '" + repository_ + "' names no images");
    for (const Value& its : list->list()) {
      const StoredManifest child = manifest(text_at(its, "digest"));
      if (!seen_.insert(child.sha256).second) {
        if (may_run(&its)) count_as_run(child.sha256);
        continue;
      }
      take(child, depth + 1, &its);
      image_.manifests.push_back(child);
    }
  }

 private:
  static std::string separator(const std::string& reference) {
    return reference.starts_with(digest_start) ? "@" : ":";
  }

  void count_as_run(const std::string& sha256) {
    for (ImagePart& part : image_.parts)
      if (part.sha256 == sha256) part.is_attestation = false;
  }

  void take_part(const StoredManifest& stored, bool is_run) {
    ImagePart part{.sha256 = stored.sha256,
                   .manifest = artifacts::read_manifest(stored.bytes, stored.sha256),
                   .facts = {}};
    fetch(part.manifest.config);
    for (const artifacts::Blob& layer : part.manifest.layers) fetch(layer);
    part.facts = read_image_facts(
        os::require_file(image_.blob_path(part.manifest.config.sha256), largest_config));
    part.is_attestation = !is_run && part.facts.platform == unknown_platform;
    image_.parts.push_back(std::move(part));
  }

  void fetch(const artifacts::Blob& blob) {
    if (!seen_.insert(blob.sha256).second) return;
    registry_.fetch_blob(repository_, blob.sha256, image_.blob_path(blob.sha256));
  }

  RegistryClient& registry_;
  std::string repository_;
  PulledImage& image_;
  std::set<std::string> seen_;
};

}  // namespace

ImageFacts read_image_facts(const std::string& config) {
  const Value read = value::read_json(config, "<image configuration>");
  ImageFacts facts{.platform = platform_in(read),
                   .user = {},
                   .created = text_at(read, "created"),
                   .labels = {},
                   .layers = {},
                   .mistake = config_mistake(read)};
  if (const Value* run = read.find("config"); run != nullptr) {
    facts.user = text_at(*run, "User");
    if (const Value* labels = run->find("Labels"); labels != nullptr && labels->is_dict())
      for (const auto& [key, label] : labels->dict())
        facts.labels[Dict::key_text(key)] = Dict::key_text(label);
  }
  if (const Value* files = read.find("rootfs"); files != nullptr)
    if (const Value* layers = files->find("diff_ids"); layers != nullptr && layers->is_list())
      for (const Value& layer : layers->list())
        if (layer.is_string()) facts.layers.push_back(layer.text());
  return facts;
}

std::uint64_t ImagePart::size() const {
  std::uint64_t size = manifest.bytes.size() + manifest.config.size;
  for (const artifacts::Blob& layer : manifest.layers) size += layer.size;
  return size;
}

std::string PulledImage::blob_path(const std::string& sha256) const {
  return os::join_path(folder, "blobs/sha256/" + sha256);
}

std::vector<artifacts::Blob> PulledImage::blobs() const {
  std::vector<artifacts::Blob> all;
  std::set<std::string> seen;
  const auto add = [&](const artifacts::Blob& blob) {
    if (seen.insert(blob.sha256).second) all.push_back(blob);
  };
  for (const ImagePart& part : parts) {
    for (const artifacts::Blob& layer : part.manifest.layers) add(layer);
    add(part.manifest.config);
  }
  return all;
}

PulledImage pull_image(RegistryClient& registry, const std::string& repository,
                       const std::string& reference, const std::string& folder) {
  PulledImage image{.top = {}, .manifests = {}, .parts = {}, .folder = folder};
  os::make_directories(os::join_path(folder, "blobs/sha256"), 0700);
  Pull pull(registry, repository, image);
  image.top = pull.manifest(reference);
  pull.take(image.top, 0);
  return image;
}

void lay_out(const PulledImage& image, const ImagePart& part) {
  const Value described(Dict{{"mediaType", part.manifest.media_type},
                             {"digest", "sha256:" + part.sha256},
                             {"size", static_cast<std::int64_t>(part.manifest.bytes.size())}});
  os::write_file(
      os::join_path(image.folder, "index.json"),
      value::write_json(Value(Dict{{"schemaVersion", 2}, {"manifests", List{described}}})));
  os::write_file(os::join_path(image.folder, "oci-layout"), R"({"imageLayoutVersion": "1.0.0"})");
}

void push_image(RegistryClient& registry, const PulledImage& image, const std::string& repository,
                const std::string& tag) {
  for (const artifacts::Blob& blob : image.blobs())
    if (!registry.has_blob(repository, blob.sha256))
      registry.push_blob(repository, blob.sha256, image.blob_path(blob.sha256));
  for (const StoredManifest& manifest : image.manifests)
    registry.push_manifest(repository, "sha256:" + manifest.sha256, manifest);
  registry.push_manifest(repository, "sha256:" + image.top.sha256, image.top);
  if (!tag.empty()) registry.push_manifest(repository, tag, image.top);
}

}  // namespace provisioner::registry
