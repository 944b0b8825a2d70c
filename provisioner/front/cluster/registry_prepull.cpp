// provisioner registry prepull: images on nodes, where they fit on all of them.

#include "provisioner/front/cluster/registry_prepull.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <map>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/cluster/registry/image_room.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/prepull_look_script.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using registry::ImageLayer;
using registry::VettedImage;
using value::Dict;
using value::List;

constexpr const char* image_place = "/var/lib/containerd";

// "team/tool:w_*", or "team/*" for all tags.
bool is_meant(const VettedImage& image, const std::vector<std::string>& patterns) {
  if (patterns.empty()) return true;
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return registry::is_like(image.name, pattern) ||
           registry::is_like(image.name + ":" + image.tag, pattern) ||
           registry::called(image) == pattern;
  });
}

// Each once, under however many tags it is there.
std::vector<VettedImage> images_for(const RegistrySite& site,
                                    const std::vector<std::string>& patterns) {
  std::vector<VettedImage> images;
  for (const VettedImage& image : registry::read_images_lock(site.lock).images) {
    const bool is_there = std::ranges::any_of(images, [&](const VettedImage& other) {
      return other.name == image.name && other.sha256 == image.sha256;
    });
    if (is_meant(image, patterns) && !is_there) images.push_back(image);
  }
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
  const auto nodes = cli::named_nodes({words.run, pattern});
  if (!nodes) throw Error(Kind::input, "the inventory has mistakes");
  return *nodes;
}

template <class Number>
Number number_in(const std::string& text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// What prepull_look_script.sh prints.
struct Seen {
  registry::ImageRoom room;
  std::string architecture;
  bool is_own = false;  // the file system is for images alone
};

Seen seen_in(const std::string& answer) {
  Seen seen{.room = {.path = image_place}, .architecture = {}};
  for (const std::string_view line : base::lines_of(answer)) {
    const std::size_t space = line.find(' ');
    const std::string_view word = line.substr(0, space);
    const std::string rest(space == std::string_view::npos ? "" : line.substr(space + 1));
    if (word == "size") seen.room.size = number_in<std::uint64_t>(rest);
    if (word == "free") seen.room.free = number_in<std::uint64_t>(rest);
    if (word == "most") seen.room.most_percent = number_in<int>(rest);
    if (word == "architecture") seen.architecture = rest;
    if (word == "own") seen.is_own = true;
    if (word == "blob") seen.room.there.insert(rest);
  }
  return seen;
}

// Asks the registry once for what nodes of an architecture pull.
class Layers {
 public:
  Layers(const RegistrySite& site, const std::vector<VettedImage>& images)
      : client_(own_access(site)), images_(images) {}

  const std::vector<ImageLayer>& of(const std::string& architecture) {
    const auto [found, is_new] = by_architecture_.try_emplace(architecture);
    if (is_new)
      for (const VettedImage& image : images_)
        for (ImageLayer& layer :
             registry::layers_of(client_, "vetted/" + image.name, image.sha256, architecture))
          found->second.push_back(std::move(layer));
    return found->second;
  }

 private:
  registry::RegistryClient client_;
  const std::vector<VettedImage>& images_;
  std::map<std::string, std::vector<ImageLayer>> by_architecture_;
};

// Names of those on which they fit not, or which cannot be asked; each is told of.
std::vector<std::string> without_room(const RegistryWords& words, const RegistrySite& site,
                                      const std::vector<VettedImage>& images,
                                      const std::vector<cli::NamedNode>& nodes) {
  std::vector<std::string> names, refused;
  for (const cli::NamedNode& node : nodes) names.push_back(node.name);
  const auto answers = cli::node_answers(words.run, names, {prepull_look_script()});
  Layers layers(site, images);
  for (const cli::NamedNode& node : nodes) {
    const auto answer = answers.find(node.name);
    std::optional<std::string> why = "does not answer, or has no " + std::string(image_place);
    if (answer != answers.end()) {
      const Seen seen = seen_in(answer->second);
      if (node.node.deploy.cache_gib > 0 && !seen.is_own)
        cli::say("remark: " + node.name +
                 ": its disks have a partition for images (cache_gib), and " + image_place +
                 " is not on it");
      why = registry::lack_of_room(layers.of(seen.architecture), seen.room);
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
    listed.emplace_back(site.reading_name() + "/vetted/" + image.name + "@sha256:" + image.sha256);
  return listed;
}

}  // namespace

int prepull_images(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  const std::vector<VettedImage> images = images_for(site, words.names);
  const std::vector<cli::NamedNode> nodes = nodes_for(words);
  if (const auto refused = without_room(words, site, images, nodes); !refused.empty())
    throw Error(Kind::refused,
                base::counted(images.size(), "image") + " of the lock cannot be on " +
                    base::counted(refused.size(), "node") + " of " +
                    std::to_string(nodes.size()) + ": nothing was pulled")
        .set_hint("name fewer images, or other nodes: -l 'NODES:!" + refused.front() + "'");
  List names;
  for (const cli::NamedNode& node : nodes) names.emplace_back(node.name);
  run_stage(
      registry_work(words.run), "prepull",
      {{"cluster_prepulled", std::move(names)}, {"prepull_images", references(site, images)}});
  std::cout << base::counted(images.size(), "image") << " on "
            << base::counted(nodes.size(), "node") << "\n";
  return cli::exit_fine;
}

}  // namespace provisioner::cluster
