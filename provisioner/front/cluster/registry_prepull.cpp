// provisioner registry prepull: images on nodes, where they fit on all of them.

#include "provisioner/front/cluster/registry_prepull.h"

#include <iostream>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/prepulled_images.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using registry::VettedImage;
using value::List;

// Those of the lock that are meant, and some are.
std::vector<VettedImage> images_for(const RegistrySite& site,
                                    const std::vector<std::string>& patterns) {
  std::vector<VettedImage> images = prepulled_images(site, patterns);
  if (images.empty())
    throw Error(Kind::usage, "no image of the lock is meant")
        .set_hint("see: provisioner registry list");
  return images;
}

std::vector<cli::NamedNode> nodes_for(const RegistryWords& words) {
  if (words.pattern.empty() && words.instance.empty())
    throw Error(Kind::usage, "no node is named")
        .set_hint("all workers of an instance: --instance NAME, or nodes: -l NODES");
  const std::string pattern =
      words.pattern.empty() ? "instance_" + words.instance + ":&worker" : words.pattern;
  return cli::require_nodes({words.run, pattern});
}

// Names of those on which they fit not, or which cannot be asked; each is told of.
std::vector<std::string> without_room(const RegistryWords& words, const RegistrySite& site,
                                      const std::vector<VettedImage>& images,
                                      const std::vector<cli::NamedNode>& nodes) {
  const auto seen = look_at_node_images(words.run, cli::names_of(nodes));
  PulledLayers layers(site, images);
  std::vector<std::string> refused;
  for (const cli::NamedNode& node : nodes) {
    const auto its = seen.find(node.name);
    std::optional<std::string> why = "does not answer, or has no " + std::string(image_place);
    if (its != seen.end()) {
      if (node.node.deploy.cache_gib > 0 && !its->second.is_own)
        cli::say("remark: " + node.name +
                 ": its disks have a partition for images (cache_gib), and " + image_place +
                 " is not on it");
      why = registry::lack_of_room(layers.of(its->second.architecture), its->second.room);
    }
    if (!why) continue;
    std::cout << "against it: " << node.name << ": " << *why << "\n";
    refused.push_back(node.name);
  }
  return refused;
}

List references(const RegistrySite& site, const std::vector<VettedImage>& images) {
  List listed;
  for (const VettedImage& image : images)
    listed.emplace_back(site.reading_name() + "/" + registry::vetted_repository(image.name) +
                        "@sha256:" + image.sha256);
  return listed;
}

}  // namespace

int prepull_images(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  const std::vector<VettedImage> images = images_for(site, words.names);
  const std::vector<cli::NamedNode> nodes = nodes_for(words);
  if (const auto refused = without_room(words, site, images, nodes); !refused.empty())
    throw Error(Kind::refused, base::counted(images.size(), "image") +
                                   " of the lock cannot be on " +
                                   base::counted(refused.size(), "node") + " of " +
                                   std::to_string(nodes.size()) + ": nothing was pulled")
        .set_hint("name fewer images, or other nodes: -l 'NODES:!" + refused.front() + "'");
  const std::vector<std::string> names = cli::names_of(nodes);
  run_stage(registry_work(words.run), "prepull",
            {{"cluster_prepulled", List(names.begin(), names.end())},
             {"prepull_images", references(site, images)}});
  std::cout << base::counted(images.size(), "image") << " on "
            << base::counted(nodes.size(), "node") << "\n";
  return cli::exit_fine;
}

}  // namespace provisioner::cluster
