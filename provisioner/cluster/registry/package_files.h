#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/cluster/registry/layer_shelf.h"
#include "provisioner/cluster/registry/layer_stream.h"
#include "provisioner/cluster/registry/package.h"

namespace provisioner::registry {

// Whose data a file is, by its name; `unread`: of a manager that nobody here can read.
enum class Manager : std::uint8_t { unread, dpkg, apk, rpm, system, python, conda, node, java };

// What a file of an image tells.
struct FoundFile {
  std::optional<Manager> manager = std::nullopt;  // none: of a program, which its bytes tell
  std::vector<Package> packages = {};
  std::string system = {}, system_version = {};
  bool is_unread = false;

  bool tells_nothing() const { return packages.empty() && system.empty() && !is_unread; }
  std::uint64_t memory() const;  // bytes that it takes, about
};

// Nullopt where a file of this name is nobody's data.
std::optional<Manager> manager_of(const std::string& path);

// Reads the last entry of a layer, which is a file. Throws Error(failed) where there is no room on
// the shelf.
FoundFile read_file(const LayerEntry& entry, LayerStream& layer, LayerShelf& shelf);

}  // namespace provisioner::registry
