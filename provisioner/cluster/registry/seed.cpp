// From the store of artefacts into the registry.

#include "provisioner/cluster/registry/seed.h"

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/artifacts/image_blobs.h"

namespace provisioner::registry {
namespace {

void push_image(RegistryClient& registry, const artifacts::Store& store,
                const artifacts::Locked& entry, const MirrorName& name) {
  const artifacts::Manifest manifest = artifacts::manifest_in(store, entry.sha256);
  std::vector<artifacts::Blob> blobs = manifest.layers;
  blobs.push_back(manifest.config);
  for (const artifacts::Blob& blob : blobs)
    if (!registry.has_blob(name.repository, blob.sha256))
      registry.push_blob(name.repository, blob.sha256, store.path(blob.sha256));
  registry.push_manifest(name.repository, name.tag,
                         {entry.sha256, manifest.media_type, manifest.bytes});
}

}  // namespace

std::size_t seed(RegistryClient& registry, const artifacts::Store& store,
                 const std::vector<artifacts::Locked>& entries,
                 const std::function<void(const std::string& text)>& progress) {
  std::size_t pushed = 0;
  for (const artifacts::Locked& entry : entries) {
    if (entry.kind != artifacts::Kind::image) continue;
    const MirrorName name = mirror_of(entry.image);
    if (registry.digest_of(name.repository, name.tag) == entry.sha256) continue;
    progress("pushing " + entry.image);
    base::while_doing("pushing '" + entry.image + "' to the site's registry", {},
                      [&] { push_image(registry, store, entry, name); });
    ++pushed;
  }
  return pushed;
}

}  // namespace provisioner::registry
