// Whether images fit where they are to lie.

#include "provisioner/cluster/registry/image_room.h"

#include <fmt/format.h>

#include <algorithm>

namespace provisioner::registry {
namespace {

constexpr std::uint64_t grown = 3;  // how many times as large a packed layer is unpacked
constexpr double gib = 1U << 30U;

std::string in_gib(std::uint64_t bytes) {
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / gib);
}

}  // namespace

std::uint64_t ImageRoom::left() const {
  const std::uint64_t used = size - std::min(size, free);
  const std::uint64_t most = size / 100 * static_cast<std::uint64_t>(most_percent);
  return most > used ? std::min(most - used, free) : 0;
}

std::uint64_t room_for(const std::vector<ImageLayer>& layers, const std::set<std::string>& there) {
  std::set<std::string> counted = there;
  std::uint64_t bytes = 0;
  for (const ImageLayer& layer : layers)
    if (counted.insert(layer.sha256).second)
      bytes += layer.size + layer.size * (layer.is_packed ? grown : 1);
  return bytes;
}

std::optional<std::string> lack_of_room(const std::vector<ImageLayer>& layers,
                                        const ImageRoom& room) {
  const std::uint64_t needed = room_for(layers, room.there);
  if (needed <= room.left()) return std::nullopt;
  std::string text = fmt::format("about {} are needed in {}, and of its {} {} are left",
                                 in_gib(needed), room.path, in_gib(room.size), in_gib(room.left()));
  if (room.most_percent < 100)
    text += fmt::format(" until the {} % in use at which the kubelet throws images away",
                        room.most_percent);
  return text;
}

}  // namespace provisioner::registry
