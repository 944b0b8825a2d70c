// Partitions for images, against what was vetted.

#include "provisioner/front/cluster/image_cache.h"

#include "provisioner/base/base/counted.h"
#include "provisioner/base/os/files.h"
#include "provisioner/cluster/registry/image_room.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cluster/registry_site.h"

namespace provisioner::cluster {
namespace {

constexpr std::int64_t usual_most = 85;  // as the role has it

// As if no two images had anything in common: what they are made of the lock does not say.
std::vector<registry::ImageLayer> layers_in(const std::string& lock) {
  std::vector<registry::ImageLayer> layers;
  for (const registry::VettedImage& image : registry::read_images_lock(lock).images)
    layers.push_back({.sha256 = image.sha256, .size = image.size});
  return layers;
}

registry::ImageRoom cache_of(const cli::NamedNode& node) {
  const auto size = static_cast<std::uint64_t>(node.node.deploy.cache_gib) << 30U;
  const value::Value* most = node.variables.find("kubernetes_image_gc_high");
  return {.path = "its partition for images (cache_gib)",
          .size = size,
          .free = size,
          .most_percent = static_cast<int>(
              most != nullptr && most->is_integer() ? most->integer() : usual_most)};
}

}  // namespace

std::vector<std::string> small_caches(const cli::RunWords& words, const cli::ClusterSite& site) {
  if (site.registry.empty()) return {};
  const std::string lock = registry_site(words, site.wish.instance).lock;
  const std::vector<registry::ImageLayer> layers = layers_in(lock);
  if (layers.empty()) return {};
  const auto nodes = cli::named_nodes({words, "instance_" + site.wish.instance},
                                      {"kubernetes_image_gc_high"});
  std::vector<std::string> told;
  for (const cli::NamedNode& node : nodes.value_or(std::vector<cli::NamedNode>{})) {
    if (node.problem || node.node.deploy.cache_gib <= 0) continue;
    if (const auto lack = registry::lack_of_room(layers, cache_of(node)))
      told.push_back(node.name + ": for " + base::counted(layers.size(), "vetted image") + " " +
                     *lack);
  }
  return told;
}

}  // namespace provisioner::cluster
