// What of a registry nobody needs.

#include "provisioner/cluster/registry/spare_images.h"

#include <algorithm>
#include <map>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::registry {
namespace {

using Name = std::pair<std::string, std::string>;  // repository, digest

constexpr std::string_view incoming = "incoming/", mirror = "mirror/", vetted = "vetted/";
constexpr std::string_view digest_start = "sha256:";
constexpr std::size_t digits_of_digest = 64;
constexpr std::int64_t day = 86400;  // seconds

// What "sha256-DIGEST.sig" and "sha256-DIGEST.sbom" are about; "" where it is an image of its own.
std::string subject_of(const StoredImage& image) {
  constexpr std::string_view start = "sha256-";
  std::string digest;
  for (const std::string& tag : image.tags) {
    const std::size_t dot = tag.find('.');
    if (!tag.starts_with(start) || dot == std::string::npos) return {};
    digest = tag.substr(start.size(), dot - start.size());
    if (!crypto::is_sha256(digest)) return {};
  }
  return digest;
}

// What each pod has besides its own images, and no pod names.
bool is_sandbox(std::string_view name) { return name.substr(name.rfind('/') + 1) == "pause"; }

class Sorting {
 public:
  explicit Sorting(const StoredImages& stored) : stored_(stored) {
    for (const StoredImage& image : stored.images) {
      at_[{image.repository, image.sha256}] = &image;
      for (const std::string& part : image.parts) parts_.insert({image.repository, part});
    }
  }

  SpareImages sort(const Judge& judge) {
    std::vector<std::pair<const StoredImage*, std::string>> going;
    for (const StoredImage& image : stored_.images) {
      if (image.tags.empty() && parts_.contains({image.repository, image.sha256})) continue;
      if (const std::string why = verdict(image, judge); why.empty())
        keep(image);
      else
        going.emplace_back(&image, why);
    }
    SpareImages spare{.now = stored_.now, .images = {}, .bytes = 0};
    for (const auto& [image, why] : going) {
      spare.images.push_back({image->repository, image->sha256, why, image->tags, image->came, {}});
      take_away(*image, spare.images.back().removed);
      // What an index that stays has as a part, or one that goes has taken with it.
      if (spare.images.back().removed.empty()) spare.images.pop_back();
    }
    spare.bytes = bytes();
    return spare;
  }

 private:
  std::string verdict(const StoredImage& image, const Judge& judge) const {
    const std::string subject = subject_of(image);
    const auto about = subject.empty() ? at_.end() : at_.find({image.repository, subject});
    return judge(about == at_.end() ? image : *about->second);
  }

  void keep(const StoredImage& image) {
    if (!kept_.insert({image.repository, image.sha256}).second) return;
    each_part(image, [&](const StoredImage& part) { keep(part); });
  }

  void take_away(const StoredImage& image, std::vector<StoredImage>& removed) {
    const Name name{image.repository, image.sha256};
    if (kept_.contains(name) || !removed_.insert(name).second) return;
    removed.push_back(image);
    each_part(image, [&](const StoredImage& part) { take_away(part, removed); });
  }

  template <class Take>
  void each_part(const StoredImage& image, Take take) {
    for (const std::string& part : image.parts)
      if (const auto found = at_.find({image.repository, part}); found != at_.end())
        take(*found->second);
  }

  // All repositories of a storage share their blobs, and a manifest is one as well.
  std::uint64_t bytes() const {
    std::map<std::string, std::uint64_t> sizes;
    const auto each_blob = [](const StoredImage& image, const auto& take) {
      take(image.sha256, image.size);
      for (const artifacts::Blob& blob : image.blobs) take(blob.sha256, blob.size);
    };
    for (const StoredImage& image : stored_.images)
      if (removed_.contains({image.repository, image.sha256}))
        each_blob(image,
                  [&](const std::string& digest, std::uint64_t size) { sizes[digest] = size; });
    for (const StoredImage& image : stored_.images)
      if (!removed_.contains({image.repository, image.sha256}))
        each_blob(image, [&](const std::string& digest, std::uint64_t) { sizes.erase(digest); });
    std::uint64_t sum = 0;
    for (const auto& [digest, size] : sizes) sum += size;
    return sum;
  }

  const StoredImages& stored_;
  std::map<Name, const StoredImage*> at_;
  std::set<Name> parts_, kept_, removed_;
};

}  // namespace

SpareImages spare_images(const StoredImages& stored, const Judge& judge) {
  return Sorting(stored).sort(judge);
}

Judge judge_of_incoming(const ImagesLock& lock, std::int64_t now, int days) {
  std::set<Name> done;
  for (const VettedImage& image : lock.images) done.insert({image.name, image.sha256});
  return [done = std::move(done), now, days](const StoredImage& image) -> std::string {
    if (!image.repository.starts_with(incoming)) return {};
    if (done.contains({image.repository.substr(incoming.size()), image.sha256}))
      return "it is vetted";
    const std::int64_t waited = (now - image.came) / day;
    if (waited < days) return {};
    return "it came " + base::counted(waited, "day") + " ago";
  };
}

std::string whole_name(const std::string& image) {
  const std::size_t at = image.find('@');
  std::string name = image.substr(0, at);
  const bool has_tag = name.find(':', name.rfind('/') + 1) != std::string::npos;
  if (name.empty() || (at != std::string::npos && !has_tag)) return {};
  if (!has_tag) name += ":latest";
  const std::size_t slash = name.find('/');
  const std::string host = slash == std::string::npos ? "" : name.substr(0, slash);
  if (host == "localhost" || host.find_first_of(".:") != std::string::npos) return name;
  return "docker.io/" + std::string(slash == std::string::npos ? "library/" : "") + name;
}

void add_needed(NeededImages& needed, const std::string& image) {
  if (const std::size_t digest = image.rfind(digest_start); digest != std::string::npos)
    needed.digests.insert(image.substr(digest + digest_start.size(), digits_of_digest));
  if (image.starts_with(digest_start)) return;
  if (const std::string name = whole_name(image); !name.empty()) needed.names.insert(name);
  const std::size_t slash = image.find('/');
  if (slash == std::string::npos || !image.substr(slash + 1).starts_with(mirror)) return;
  const std::string name = whole_name(image.substr(slash + 1 + mirror.size()));
  if (!name.empty()) needed.names.insert(name);
}

Judge judge_of_own(const ImagesLock& lock, std::optional<NeededImages> needed) {
  std::set<Name> demoted, allowed;
  for (const DemotedImage& image : lock.demoted) demoted.insert({image.name, image.sha256});
  for (const VettedImage& image : lock.images) allowed.insert({image.name, image.sha256});
  return [demoted = std::move(demoted), allowed = std::move(allowed),
          needed = std::move(needed)](const StoredImage& image) -> std::string {
    if (image.repository.starts_with(vetted)) {
      const Name name{image.repository.substr(vetted.size()), image.sha256};
      return demoted.contains(name) && !allowed.contains(name) ? "it was demoted" : "";
    }
    if (!needed || !image.repository.starts_with(mirror)) return {};
    const std::string name = image.repository.substr(mirror.size());
    if (is_sandbox(name)) return {};
    const bool is_needed =
        needed->digests.contains(image.sha256) ||
        std::ranges::any_of(
            image.parts, [&](const std::string& part) { return needed->digests.contains(part); }) ||
        std::ranges::any_of(image.tags, [&](const std::string& tag) {
          return needed->names.contains(name + ":" + tag);
        });
    return is_needed ? "" : "no lock names it, and nothing runs it";
  };
}

Judge judge_of_told(const SpareImages& told, Judge judge) {
  std::set<Name> names;
  for (const SpareImage& image : told.images) {
    names.insert({image.repository, image.sha256});
    for (const StoredImage& one : image.removed) names.insert({one.repository, one.sha256});
  }
  return [names = std::move(names), judge = std::move(judge)](const StoredImage& image) {
    return names.contains({image.repository, image.sha256}) ? judge(image) : std::string();
  };
}

std::string sweep_list(const SpareImages& spare, const std::string& storage) {
  if (spare.images.empty()) return {};
  std::map<std::string, std::string> by_repository;
  for (const SpareImage& image : spare.images)
    for (const StoredImage& one : image.removed) {
      std::string& lines = by_repository[one.repository];
      lines += one.repository + " " + one.sha256;
      for (const std::string& tag : one.tags) lines += " " + tag;
      lines += "\n";
    }
  std::string text = "seen " + std::to_string(spare.now) + " " + storage + "\n";
  for (const auto& [repository, lines] : by_repository) text += lines;
  return text;
}

}  // namespace provisioner::registry
