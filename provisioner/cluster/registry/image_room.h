#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioner/cluster/registry/image_layers.h"

namespace provisioner::registry {

// The file system of a node that its images lie on.
struct ImageRoom {
  std::string path;                  // "/var/lib/containerd"
  std::uint64_t size = 0, free = 0;  // bytes
  int most_percent = 100;            // of it in use: with more the kubelet throws images away
  std::set<std::string> there = {};  // digests of layers

  std::uint64_t left() const;  // bytes, until then
};

// What these layers take on a disk, each once: as they travel, and unpacked beside that. How much
// a packed one grows is only known once it is: three times stands for that.
std::uint64_t room_for(const std::vector<ImageLayer>& layers, const std::set<std::string>& there);

// Why they do not fit, for people; nullopt where they do.
std::optional<std::string> lack_of_room(const std::vector<ImageLayer>& layers,
                                        const ImageRoom& room);

}  // namespace provisioner::registry
