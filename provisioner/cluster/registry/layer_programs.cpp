// What tells of itself in a layer what it was made of.

#include "provisioner/cluster/registry/layer_programs.h"

#include <algorithm>

#include "provisioner/base/os/all_bytes.h"
#include "provisioner/cluster/registry/go_program.h"
#include "provisioner/cluster/registry/java_archive.h"

namespace provisioner::registry {
namespace {

constexpr std::uint64_t largest_archive = 1 << 30;  // bytes
constexpr std::size_t begin_size = 16;              // bytes of a file that tell what it is

std::string read_at(const os::Descriptor& file, std::uint64_t offset, std::size_t count,
                    std::uint64_t size) {
  if (offset >= size) return {};
  std::string bytes(std::min<std::uint64_t>(count, size - offset), '\0');
  if (os::read_all_at(file.number(), offset, bytes)) return {};
  return bytes;
}

FoundPackages read_archive(const LayerEntry& entry, LayerStream& layer, LayerShelf& shelf) {
  if (entry.size > largest_archive) return {.packages = {}, .is_unread = true};
  const os::Descriptor& file = shelf.put(layer);
  return read_java_archive(
      entry.path,
      [&](std::uint64_t offset, std::size_t count) {
        return read_at(file, offset, count, entry.size);
      },
      entry.size);
}

}  // namespace

FoundPackages read_program(const LayerEntry& entry, LayerStream& layer, LayerShelf& shelf) {
  if (is_java_archive(entry.path)) return read_archive(entry, layer, shelf);
  std::string begin = layer.read(begin_size);
  if (!is_program(begin)) return {};
  return read_go_program(std::move(begin), [&](std::size_t count) { return layer.read(count); });
}

}  // namespace provisioner::registry
