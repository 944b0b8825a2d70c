// P-9: images of notebooks, and where they are to lie.

#include "provisioner/front/platform/gates_notebooks.h"

#include "provisioner/base/base/text.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/front/cluster/prepulled_images.h"
#include "provisioner/front/platform/gates_phalanx.h"
#include "provisioner/platform/gates/notebook_images.h"
#include "provisioner/platform/handoff/standard_names.h"

namespace provisioner::platform {
namespace {

// None where `unknown` says why not.
struct Prepulled {
  std::optional<cluster::RegistrySite> registry = {};
  std::vector<registry::VettedImage> images = {};
  std::string unknown = {};
};

// As `registry prepull` takes them.
std::vector<std::string> patterns_of(const GatesSite& site) {
  std::vector<std::string> patterns;
  if (const value::Value* said = site.variable("phalanx_prepulled"); said != nullptr) {
    if (said->is_list())
      for (const value::Value& one : said->list()) patterns.push_back(value::Dict::key_text(one));
    return patterns;
  }
  return {registry::below_vetted(site.text("phalanx.lab.repository", "vetted/sciplat-lab"))};
}

Prepulled prepulled(const HereContext& at) {
  const std::string own = at.site.text("container_runtime_registry"),
                    from = handoff::notebook_registry(at.site.text("phalanx.lab.registry"), own);
  if (own.empty() || from != own || at.site.cluster.registry.empty())
    return {.unknown =
                "images of '" + from + "' are not the site's, and their sizes are not known"};
  Prepulled found{.registry = cluster::registry_site(at.words, at.site.cluster.wish.instance)};
  const std::vector<std::string> patterns = patterns_of(at.site);
  if (!patterns.empty()) found.images = cluster::prepulled_images(*found.registry, patterns);
  if (found.images.empty())
    found.unknown = patterns.empty() ? "phalanx_prepulled names no image"
                                     : "no image '" + base::join(patterns, "', '") + "' is vetted";
  return found;
}

}  // namespace

std::vector<gates::Line> try_notebooks(const HereContext& context) {
  const std::vector<std::string> names = notebook_nodes(context.site);
  Prepulled meant = prepulled(context);
  const auto seen = cluster::look_at_node_images(context.words, names);
  std::optional<cluster::PulledLayers> layers;
  if (!meant.images.empty()) layers.emplace(*meant.registry, meant.images);
  std::vector<gates::NotebookNode> nodes;
  for (const std::string& name : names) {
    gates::NotebookNode& node = nodes.emplace_back(gates::NotebookNode{.name = name});
    const auto its = seen.find(name);
    if (its == seen.end()) continue;
    node.free = its->second.room.free;
    if (layers)
      node.lack = registry::lack_of_room(layers->of(its->second.architecture), its->second.room);
  }
  return gates::lines_of(nodes, meant.images.size(), meant.unknown);
}

}  // namespace provisioner::platform
