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
  std::string name;   // read, push, incoming, and those of caches
  std::string state;  // "active", "refuses-pushes", "collecting-garbage", "waits-for-room" ...
};

// What is kept of another registry, and gives way before pushes are refused.
struct RegistryCache {
  std::string name, disk;
  std::uint64_t holds = 0;  // MiB
};

// What a node of the registry says of itself, by registry_status_script.sh.
struct RegistryNode {
  std::string silence = {};  // a sentence on why it does not answer; "" where it does
  std::vector<RegistryService> services = {};
  std::vector<StorageRoom> rooms = {};
  std::vector<RegistryCache> caches = {};
};
RegistryNode read_registry_node(const std::string& answer);
RegistryNode look_at_registry_node(const cli::RunWords& words, const RegistrySite& site,
                                   const std::string& node);

// What can be had of a disk that is nearly full.
struct SpareRoom {
  std::uint64_t bytes = 0;       // by `registry clean`
  std::uint64_t cached_mib = 0;  // by caches that give way
};
std::string full_text(const StorageRoom& room, bool refuses_pushes, const SpareRoom& spare);

}  // namespace provisioner::cluster
