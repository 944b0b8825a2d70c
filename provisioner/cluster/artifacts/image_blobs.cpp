// Images, taken apart into blobs.

#include "provisioner/cluster/artifacts/image_blobs.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/entries_below.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/value/json.h"

namespace provisioner::artifacts {
namespace {

using base::Error;
using value::Value;
using Problem = base::Kind;

constexpr std::size_t largest_manifest = 4 << 20;  // bytes; what registries take at most
constexpr std::chrono::minutes patience{20};       // to unpack an archive

constexpr std::string_view oci_manifest = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view docker_manifest = "application/vnd.docker.distribution.manifest.v2+json";
constexpr std::string_view oci_index = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view docker_list =
    "application/vnd.docker.distribution.manifest.list.v2+json";

std::string digest_of(const Value& described) {
  const std::string text = text_or(described, "digest", "");
  const auto sha256 = crypto::digest_in(text);
  if (!sha256) throw Error(Problem::input, "a blob is named by its SHA-256, found '" + text + "'");
  return *sha256;
}

Blob blob_of(const Value& described) {
  const std::int64_t size = integer_or(described, "size", -1);
  if (size < 0) throw Error(Problem::input, "a blob has a size in bytes");
  return {digest_of(described), text_or(described, "mediaType", ""),
          static_cast<std::uint64_t>(size)};
}

bool is_manifest(std::string_view type) { return type == oci_manifest || type == docker_manifest; }
bool is_index(std::string_view type) { return type == oci_index || type == docker_list; }

// Where the blobs of an image lie that is being taken.
class Folder {
 public:
  Folder(std::string path, std::string blobs) : path_(std::move(path)), blobs_(std::move(blobs)) {}

  std::string text(const std::string& name) const {
    return os::require_regular_file(os::join_path(path_, name), largest_manifest).bytes;
  }
  std::string blob_path(const std::string& sha256) const {
    return os::join_path(path_, blobs_ + sha256);
  }
  std::string blob_text(const std::string& sha256) const { return text(blobs_ + sha256); }

 private:
  std::string path_, blobs_;
};

void take_blob(const Store& store, const Folder& folder, const Blob& blob) {
  const std::string path = folder.blob_path(blob.sha256);
  // The same layer may be in an image twice, and in the store already.
  if (store.size_of(blob.sha256) == blob.size && store.damage_of(blob.sha256).empty()) return;
  if (os::link_target(path) || !os::is_file(path))
    throw Error(Problem::input, "the image is not whole: blob '" + blob.sha256 + "' is missing");
  store.take(path, blob.sha256);
}

// The manifest last: what has one is whole.
Kept take_image(const Store& store, const Folder& folder, const std::string& manifest_bytes,
                const std::string& expected) {
  const std::string digest = crypto::sha256(manifest_bytes);
  if (!expected.empty() && digest != expected)
    throw Error(Problem::input,
                "the image's manifest has the SHA-256 " + digest + ", expected " + expected);
  const Manifest manifest = read_manifest(manifest_bytes, "<manifest>");
  std::uint64_t size = manifest_bytes.size() + manifest.config.size;
  take_blob(store, folder, manifest.config);
  for (const Blob& layer : manifest.layers) {
    take_blob(store, folder, layer);
    size += layer.size;
  }
  store.keep_bytes(manifest_bytes);
  return {digest, size};
}

bool is_for_us(const Value& described) {
  const Value* platform = described.find("platform");
  return platform == nullptr || (text_or(*platform, "os", "") == "linux" &&
                                 text_or(*platform, "architecture", "") == "amd64");
}

// The manifest that an index names for this kind of machine; indexes may name indexes.
std::string chosen_manifest(const Folder& folder, const Value& index, int depth = 0) {
  const Value* manifests = index.find("manifests");
  if (manifests == nullptr || !manifests->is_list() || depth > 4)
    throw Error(Problem::input, "the image's index names no manifests");
  for (const Value& described : manifests->list()) {
    if (!is_for_us(described)) continue;
    const std::string digest = digest_of(described), type = text_or(described, "mediaType", "");
    if (crypto::sha256(folder.blob_text(digest)) != digest)
      throw Error(Problem::input, "the manifest '" + digest + "' is damaged");
    if (is_manifest(type)) return folder.blob_text(digest);
    if (is_index(type))
      return chosen_manifest(folder, value::read_json(folder.blob_text(digest), "<index>"),
                             depth + 1);
  }
  throw Error(Problem::input, "there is no image for linux on amd64 in it");
}

// What an archive of others has unpacked may lead anywhere by a link, and its files are moved.
void require_no_links(const std::string& folder) {
  for (const os::EntryBelow& entry : os::entries_below(folder))
    if (entry.is_link || (entry.is_file && entry.names > 1))
      throw Error(Problem::input,
                  "there is a link in it, '" +
                      base::escape_for_terminal(entry.path.substr(folder.size() + 1)) +
                      "': an image's archive holds files alone");
}

}  // namespace

Manifest read_manifest(const std::string& bytes, const std::string& name) {
  const Value read = value::read_json(bytes, name);
  Manifest manifest{.media_type = text_or(read, "mediaType", std::string(oci_manifest)),
                    .bytes = bytes,
                    .config = {},
                    .layers = {}};
  const Value *config = read.find("config"), *layers = read.find("layers");
  if (!is_manifest(manifest.media_type) || config == nullptr || layers == nullptr ||
      !layers->is_list())
    throw Error(Problem::input, "'" + name + "' is no manifest of one image");
  manifest.config = blob_of(*config);
  for (const Value& layer : layers->list()) manifest.layers.push_back(blob_of(layer));
  return manifest;
}

Kept take_layout(const Store& store, const std::string& path, const std::string& expected) {
  const Folder folder(path, "blobs/sha256/");
  const Value index = value::read_json(folder.text("index.json"), "index.json");
  return take_image(store, folder, chosen_manifest(folder, index), expected);
}

Kept keep_archive(const Store& store, const std::string& archive, const std::string& expected) {
  const os::TemporaryDirectory work = store.work_place();
  return base::while_doing("taking the image '" + archive + "' apart", {}, [&] {
    os::run_checked({.argv = {"tar", "--extract", "--file", os::absolute(archive), "--directory",
                              work.path(), "--no-same-owner", "--no-same-permissions"},
                     .deadline = patience,
                     .is_stoppable = true});
    require_no_links(work.path());
    if (!os::is_file(work.path() + "/index.json"))
      throw Error(Problem::input, "this is no archive of an OCI image")
          .set_hint(
              "of another kind it is made by: skopeo copy docker-archive:FILE oci-archive:NEW");
    return take_layout(store, work.path(), expected);
  });
}

Kept take_skopeo_folder(const Store& store, const std::string& path, const std::string& expected) {
  const Folder folder(path, "");
  return take_image(store, folder, folder.text("manifest.json"), expected);
}

Manifest manifest_in(const Store& store, const std::string& sha256) {
  return read_manifest(os::require_regular_file(store.path(sha256), largest_manifest).bytes,
                       sha256);
}

std::vector<std::string> missing_blobs(const Store& store, const std::string& sha256) {
  if (!store.size_of(sha256)) return {sha256};
  const Manifest manifest = manifest_in(store, sha256);
  std::vector<std::string> missing;
  if (store.size_of(manifest.config.sha256) != manifest.config.size)
    missing.push_back(manifest.config.sha256);
  for (const Blob& layer : manifest.layers)
    if (store.size_of(layer.sha256) != layer.size) missing.push_back(layer.sha256);
  return missing;
}

}  // namespace provisioner::artifacts
