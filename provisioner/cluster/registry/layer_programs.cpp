// What tells of itself in a layer what it was made of.

#include "provisioner/cluster/registry/layer_programs.h"

#include <algorithm>

#include "provisioner/base/os/all_bytes.h"
#include "provisioner/cluster/registry/go_program.h"
#include "provisioner/cluster/registry/java_archive.h"
#include "provisioner/cluster/registry/layer_shelf.h"

namespace provisioner::registry {
namespace {

constexpr std::uint64_t largest_archive = 1 << 30;  // bytes
constexpr std::size_t begin_size = 16;              // bytes of a file that tell what it is
constexpr std::uint64_t own_size = 200;             // bytes of a package beside its words

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

FoundPackages read_file(const LayerEntry& entry, LayerStream& layer, LayerShelf& shelf) {
  if (is_java_archive(entry.path)) return read_archive(entry, layer, shelf);
  std::string begin = layer.read(begin_size);
  if (!is_program(begin)) return {};
  return read_go_program(std::move(begin), [&](std::size_t count) { return layer.read(count); });
}

}  // namespace

void ProgramReader::keep(const std::string& path, FoundPackages found, LayerPrograms& programs) {
  if (found.packages.empty() && !found.is_unread) return;
  std::uint64_t size = own_size + path.size();
  for (const Package& package : found.packages)
    size += own_size + package.name.size() + package.version.size();
  if (size > room_) {
    programs.is_whole = false;
    return;
  }
  room_ -= size;
  programs.files[path] = std::move(found);
}

LayerPrograms ProgramReader::read_layer(const std::string& archive,
                                        std::chrono::milliseconds patience, const Taker& take) {
  using Kind = LayerEntry::Kind;
  LayerPrograms programs;
  LayerStream layer(archive, patience);
  LayerShelf shelf(archive);
  while (const auto entry = layer.next()) {
    programs.files.erase(entry->path);
    const bool is_taken = take(*entry, layer);
    if (entry->kind == Kind::sparse_file) programs.is_whole = false;
    if (entry->kind == Kind::file && !is_taken)
      keep(entry->path, read_file(*entry, layer, shelf), programs);
    if (entry->kind != Kind::hard_link) continue;
    const auto other = programs.files.find(entry->target);
    if (other != programs.files.end()) keep(entry->path, other->second, programs);
  }
  programs.is_whole = programs.is_whole && layer.is_whole();
  return programs;
}

}  // namespace provisioner::registry
