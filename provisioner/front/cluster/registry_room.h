#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/front/cluster/registry_site.h"

namespace provisioner::cluster {

// A storage of the registry, and the disk that it lies on.
struct StorageRoom {
  std::string path, disk;            // of the disk a number: two storages may share one
  std::uint64_t free = 0, size = 0;  // MiB, of the disk
  int used_percent() const;          // rounded up
};

struct RegistryService {
  std::string name;   // read, push, incoming
  std::string state;  // "active", "refuses-pushes", "collecting-garbage" ...
};

// What a node of the registry says of itself, by registry_status_script.sh.
struct RegistryNode {
  std::vector<RegistryService> services;
  std::vector<StorageRoom> rooms;
};
RegistryNode read_registry_node(const std::string& answer);
// Nullopt for one that does not answer.
std::optional<RegistryNode> look_at_registry_node(const cli::RunWords& words,
                                                  const RegistrySite& site,
                                                  const std::string& node);

// What there is to be said of a disk that is nearly full; `spare` is what `registry clean` would
// free, in bytes.
std::string full_text(const StorageRoom& room, bool refuses_pushes, std::uint64_t spare);

}  // namespace provisioner::cluster
