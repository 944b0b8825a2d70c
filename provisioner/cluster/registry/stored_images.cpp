// What a registry of ours has on its disk.

#include "provisioner/cluster/registry/stored_images.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/image_name.h"

namespace provisioner::registry {
namespace {

using base::Error;
using base::Kind;
using value::Value;

class Listing {
 public:
  void take(const std::string& line) {
    std::istringstream words(line);
    std::string kind, repository, what, more;
    words >> kind >> repository >> what >> more;
    if (kind == "now") stored_.now = seconds(repository);
    if (kind == "end") is_whole_ = true;
    if (!is_repository(repository)) return;
    if (kind == "revision" && crypto::is_sha256(what)) {
      StoredImage& image = at_[{repository, what}];
      image.repository = repository;
      image.sha256 = what;
      image.came = std::max(image.came, seconds(more));
    } else if (kind == "tagged" && is_tag(what)) {
      tags_[{repository, what}].came = seconds(more);
    } else if (const auto sha256 = crypto::digest_in(more);
               kind == "tag" && is_tag(what) && sha256) {
      tags_[{repository, what}].sha256 = *sha256;
    }
  }

  StoredImages done() {
    if (!is_whole_ || stored_.now == 0)
      throw Error(Kind::failed, "the registry's node did not tell all that it has");
    for (const auto& [name, tag] : tags_) {
      const auto image = at_.find({name.first, tag.sha256});
      if (image == at_.end()) continue;
      image->second.tags.push_back(name.second);
      image->second.came = std::max(image->second.came, tag.came);
    }
    for (auto& [name, image] : at_) stored_.images.push_back(std::move(image));
    return std::move(stored_);
  }

 private:
  struct Tag {
    std::string sha256;
    std::int64_t came = 0;
  };
  using Name = std::pair<std::string, std::string>;

  static std::int64_t seconds(const std::string& text) {
    std::int64_t number = 0;
    std::istringstream(text) >> number;
    return number;
  }

  StoredImages stored_;
  std::map<Name, StoredImage> at_;
  std::map<Name, Tag> tags_;
  bool is_whole_ = false;
};

void take_described(const Value& described, StoredImage& image, bool is_part) {
  const auto sha256 = crypto::digest_in(value::text_or(described, "digest", ""));
  if (!sha256) return;
  if (is_part) return image.parts.push_back(*sha256);
  const std::int64_t size = value::integer_or(described, "size", 0);
  image.blobs.push_back({*sha256, "", static_cast<std::uint64_t>(std::max<std::int64_t>(0, size))});
}

}  // namespace

StoredImages read_stored_images(const std::string& answer) {
  Listing listing;
  for (const std::string_view line : base::lines_of(answer)) listing.take(std::string(line));
  return listing.done();
}

void read_what_they_name(RegistryClient& registry, StoredImages& stored) {
  for (StoredImage& image : stored.images) {
    const auto manifest = registry.manifest(image.repository, "sha256:" + image.sha256);
    if (!manifest) continue;
    image.size = manifest->bytes.size();
    const Value read = value::read_json(manifest->bytes, "<manifest>");
    if (const Value* config = read.find("config"); config != nullptr)
      take_described(*config, image, false);
    for (const char* key : {"layers", "manifests"})
      if (const Value* list = read.find(key); list != nullptr && list->is_list())
        for (const Value& described : list->list())
          take_described(described, image, key == std::string_view("manifests"));
  }
}

}  // namespace provisioner::registry
