// vetted/ on a disk, and back.

#include "provisioner/cluster/registry/image_backup.h"

#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/rename_durably.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/image_name.h"

namespace provisioner::registry {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

constexpr std::int64_t format = 1;
constexpr std::size_t largest_list = 512 << 20;  // bytes

std::string digest_of(const Value& described) {
  const std::string digest = value::text_or(described, "digest", "");
  const auto sha256 = crypto::digest_in(digest);
  if (!sha256)
    throw Error(Kind::input, "a manifest names a blob by '" + digest + "', which is no digest");
  return *sha256;
}

// Config and layers of an image, or the manifests of an index.
std::vector<std::string> named_in(const std::string& manifest, const char* key) {
  const Value read = value::read_json(manifest, "<manifest>");
  std::vector<std::string> digests;
  const Value* found = read.find(key);
  if (found != nullptr && found->is_list())
    for (const Value& one : found->list()) digests.push_back(digest_of(one));
  else if (found != nullptr)
    digests.push_back(digest_of(*found));
  return digests;
}

std::vector<std::string> blobs_of(const std::string& manifest) {
  std::vector<std::string> blobs = named_in(manifest, "layers");
  for (std::string& config : named_in(manifest, "config")) blobs.push_back(std::move(config));
  return blobs;
}

bool is_whole(const std::string& path, const std::string& sha256) {
  return os::is_file(path) && crypto::file_digest("sha256", path) == sha256;
}

class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {
    os::make_directories(path_ + "/blobs", 0700);
  }
  std::string blob(const std::string& sha256) const { return path_ + "/blobs/" + sha256; }
  std::string list() const { return path_ + "/backup.json"; }

 private:
  std::string path_;
};

class BackUp {
 public:
  BackUp(RegistryClient& registry, const std::string& folder)
      : registry_(registry), folder_(folder) {}

  // With what stands beside it; false where the registry has it not.
  bool take_image(const VettedImage& image) {
    const std::string repository = vetted_repository(image.name);
    if (!take(repository, "sha256:" + image.sha256)) return false;
    // The tag where it still names this image.
    if (!image.tag.empty() && registry_.digest_of(repository, image.tag) == image.sha256)
      take(repository, image.tag);
    ++count_.images;
    return true;
  }

  BackupCount finish() {
    os::write_file(folder_.list(),
                   value::write_json(Value(Dict{{"format", format}, {"manifests", entries_}})),
                   0600);
    return count_;
  }

 private:
  bool take(const std::string& repository, const std::string& reference) {
    if (!seen_.insert(repository + " " + reference).second) return true;
    const auto stored = registry_.manifest(repository, reference);
    if (!stored) return false;
    const std::string digest = crypto::sha256(stored->bytes);
    for (const std::string& part : named_in(stored->bytes, "manifests"))
      if (!take(repository, "sha256:" + part))
        throw Error(Kind::failed, "the index '" + repository + "@" + reference +
                                      "' names an image that the registry has not: " + part);
    for (const std::string& blob : blobs_of(stored->bytes)) take_blob(repository, blob);
    if (!is_whole(folder_.blob(digest), digest))
      os::write_file(folder_.blob(digest), stored->bytes, 0600);
    entries_.emplace_back(Dict{{"repository", repository},
                               {"reference", reference},
                               {"type", stored->media_type},
                               {"sha256", digest}});
    if (crypto::digest_in(reference))
      for (const char* ending : {".sig", ".sbom"}) take(repository, "sha256-" + digest + ending);
    return true;
  }

  // What is there is read each time: a disk that nobody reads loses what it has without a word.
  void take_blob(const std::string& repository, const std::string& sha256) {
    const std::string path = folder_.blob(sha256), partial = path + ".new";
    if (!blobs_.insert(sha256).second || is_whole(path, sha256)) return;
    os::remove_file(partial);
    registry_.fetch_blob(repository, sha256, partial);
    os::rename_durably(partial, path);
    ++count_.blobs;
  }

  RegistryClient& registry_;
  Folder folder_;
  List entries_;
  std::set<std::string> seen_, blobs_;
  BackupCount count_;
};

std::string checked(const std::string& path, const std::string& sha256) {
  if (!is_whole(path, sha256)) throw Error(Kind::failed, "'" + path + "' is missing or damaged");
  return path;
}

}  // namespace

BackupCount back_up(RegistryClient& registry, const ImagesLock& lock, const std::string& folder,
                    const Progress& progress) {
  BackUp work(registry, folder);
  for (const VettedImage& image : lock.images) {
    progress("keeping " + called(image));
    if (!work.take_image(image))
      throw Error(Kind::failed, called(image) + " is in the lock and not in the registry")
          .set_hint("see: provisioner registry status");
  }
  return work.finish();
}

BackupCount restore(RegistryClient& registry, const std::string& path, const Progress& progress) {
  const Folder folder(path);
  const Value whole =
      value::read_json(os::require_file(folder.list(), largest_list), folder.list());
  const Value* entries = whole.find("manifests");
  if (value::integer_or(whole, "format", 0) != format || entries == nullptr || !entries->is_list())
    throw Error(Kind::input, "'" + folder.list() + "' is no list of a backup");
  BackupCount count;
  for (const Value& entry : entries->list()) {
    const std::string repository = value::text_or(entry, "repository", ""),
                      reference = value::text_or(entry, "reference", ""),
                      sha256 = value::text_or(entry, "sha256", "");
    if (!crypto::is_sha256(sha256))
      throw Error(Kind::input, "an entry of '" + folder.list() + "' names no digest");
    if (registry.digest_of(repository, reference) == sha256) continue;
    progress("restoring " + repository + " " + reference);
    const std::string bytes = os::require_file(checked(folder.blob(sha256), sha256));
    for (const std::string& blob : blobs_of(bytes))
      if (!registry.has_blob(repository, blob)) {
        registry.push_blob(repository, blob, checked(folder.blob(blob), blob));
        ++count.blobs;
      }
    registry.push_manifest(repository, reference,
                           {sha256, value::text_or(entry, "type", ""), bytes});
    ++count.images;
  }
  return count;
}

}  // namespace provisioner::registry
