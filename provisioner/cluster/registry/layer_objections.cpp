// Layers that no node could unpack.

#include "provisioner/cluster/registry/layer_objections.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "provisioner/base/base/counted.h"

namespace provisioner::registry {
namespace {

// image-spec, layer.md; Docker's image manifest of version 2, schema 2.
constexpr std::array<std::string_view, 5> unpacked_types = {
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar+zstd",
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
};
constexpr std::size_t short_digest = 12;

// Which a registry need not have, as others have it who may give it to nobody else.
bool is_foreign(std::string_view type) {
  return type.starts_with("application/vnd.oci.image.layer.nondistributable.") ||
         type.starts_with("application/vnd.docker.image.rootfs.foreign.");
}

std::string objection_to_type(const std::string& type) {
  if (type.empty()) return "has no media type";
  if (std::ranges::find(unpacked_types, type) != unpacked_types.end()) return {};
  return "is of the media type '" + type + "', which " +
         (is_foreign(type) ? "nodes without a way out cannot have" : "no node unpacks");
}

std::string objection_to(const BrokenLayer& broken) {
  if (broken.last_entry.empty())
    return "cannot be read: it is no tar archive, plain or packed by gzip or zstd, or is damaged "
           "from its beginning on";
  return "cannot be read to its end: behind '" + broken.last_entry +
         "' it is cut off, damaged, or not the same to all who unpack images";
}

std::string shown(const ImagePart& part, std::size_t number) {
  const auto& layers = part.manifest.layers;
  return "layer " + std::to_string(number) + " of " + std::to_string(layers.size()) +
         " (sha256:" + layers.at(number - 1).sha256.substr(0, short_digest) + ") ";
}

}  // namespace

std::vector<std::string> layer_objections(const ImagePart& part,
                                          const std::vector<BrokenLayer>& broken) {
  std::vector<std::string> objections;
  const auto& layers = part.manifest.layers;
  for (std::size_t number = 1; number <= layers.size(); ++number)
    if (const std::string text = objection_to_type(layers[number - 1].media_type); !text.empty())
      objections.push_back(shown(part, number) + text);
  for (const BrokenLayer& layer : broken)
    objections.push_back(shown(part, layer.number) + objection_to(layer));
  // Of a configuration with a mistake nobody knows what it lists.
  const std::size_t listed = part.facts.layers.size();
  if (part.facts.mistake.empty() && listed != layers.size())
    objections.push_back("its manifest has " + base::counted(layers.size(), "layer") +
                         ", and its configuration knows " + std::to_string(listed) +
                         " ('rootfs.diff_ids')");
  return objections;
}

}  // namespace provisioner::registry
