// Out of vetted/.

#include "provisioner/cluster/registry/withdraw.h"

#include <set>

#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/image_name.h"

namespace provisioner::registry {
namespace {

using value::Value;

// The manifest's own digest, and those that it names where it is an index.
std::set<std::string> digests_below(RegistryClient& registry, const std::string& repository,
                                    const std::string& sha256) {
  const auto stored = registry.manifest(repository, "sha256:" + sha256);
  if (!stored) return {};
  std::set<std::string> digests{sha256};
  const Value read = value::read_json(stored->bytes, "<manifest>");
  if (const Value* list = read.find("manifests"); list != nullptr && list->is_list())
    for (const Value& described : list->list())
      if (const auto part = crypto::digest_in(value::text_or(described, "digest", "")))
        digests.merge(digests_below(registry, repository, *part));
  return digests;
}

void remove_tag(RegistryClient& registry, const std::string& repository, const std::string& tag) {
  if (const auto digest = registry.digest_of(repository, tag))
    registry.remove_manifest(repository, *digest);
}

}  // namespace

void withdraw(RegistryClient& registry, const DemotedImage& image, const ImagesLock& lock) {
  const std::string repository = vetted_repository(image.name);
  std::set<std::string> gone = digests_below(registry, repository, image.sha256);
  gone.insert(image.sha256);  // a withdrawal that was cut off has left what stands beside it
  for (const VettedImage& other : lock.images)
    if (other.name == image.name)
      for (const std::string& digest : digests_below(registry, repository, other.sha256))
        gone.erase(digest);
  // The whole first: from then on nobody can pull it by halves.
  if (gone.contains(image.sha256)) registry.remove_manifest(repository, image.sha256);
  for (const std::string& digest : gone) {
    registry.remove_manifest(repository, digest);
    for (const char* ending : {".sig", ".sbom"})
      remove_tag(registry, repository, "sha256-" + digest + ending);
  }
}

}  // namespace provisioner::registry
