// Images that nodes are to have before a pod asks for them, and the room that they have for these.

#include "provisioner/front/cluster/prepulled_images.h"

#include <algorithm>
#include <charconv>

#include "provisioner/base/base/text.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cluster/prepull_look_script.h"

namespace provisioner::cluster {
namespace {

using registry::VettedImage;

bool is_meant(const VettedImage& image, const std::vector<std::string>& patterns) {
  if (patterns.empty()) return true;
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return registry::is_like(image.name, pattern) ||
           registry::is_like(image.name + ":" + image.tag, pattern) ||
           registry::called(image) == pattern;
  });
}

template <class Number>
Number number_in(const std::string& text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::vector<VettedImage> prepulled_images(const RegistrySite& site,
                                          const std::vector<std::string>& patterns) {
  std::vector<VettedImage> images;
  for (const VettedImage& image : registry::read_images_lock(site.lock).images) {
    const bool is_there = std::ranges::any_of(images, [&](const VettedImage& other) {
      return other.name == image.name && other.sha256 == image.sha256;
    });
    if (is_meant(image, patterns) && !is_there) images.push_back(image);
  }
  return images;
}

NodeImages read_node_images(const std::string& answer) {
  NodeImages seen{.room = {.path = image_place}, .architecture = {}};
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

std::map<std::string, NodeImages> look_at_node_images(const cli::RunWords& words,
                                                      const std::vector<std::string>& nodes) {
  std::map<std::string, NodeImages> seen;
  for (const auto& [node, answer] : cli::node_answers(words, nodes, {prepull_look_script()}))
    seen.emplace(node, read_node_images(answer));
  return seen;
}

const std::vector<registry::ImageLayer>& PulledLayers::of(const std::string& architecture) {
  const auto [found, is_new] = by_architecture_.try_emplace(architecture);
  if (is_new)
    for (const VettedImage& image : images_)
      for (registry::ImageLayer& layer : registry::layers_of(
               client_, registry::vetted_repository(image.name), image.sha256, architecture))
        found->second.push_back(std::move(layer));
  return found->second;
}

}  // namespace provisioner::cluster
