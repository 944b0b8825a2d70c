// What layers leave of each other.

#include "provisioner/cluster/registry/image_files.h"

#include <chrono>
#include <string_view>

namespace provisioner::registry {
namespace {

using Kind = LayerEntry::Kind;

constexpr std::chrono::minutes patience{60};  // with a layer

// Before the name of what is gone in an upper layer, and all of the name of what says that nothing
// of the lower ones is left in its folder (image-spec, layer.md, "Whiteouts").
constexpr std::string_view mark = ".wh.", opaque = ".wh..wh..opq";

std::size_t name_at(const std::string& path) { return path.rfind('/') + 1; }

bool is_whiteout(const std::string& path) {
  return std::string_view(path).substr(name_at(path)).starts_with(mark);
}

}  // namespace

void ImageFiles::add_layer(const std::string& archive) {
  Found found;
  LayerStream layer(archive, patience);
  LayerShelf shelf(archive);
  std::string last_entry;
  while (const auto entry = layer.next()) {
    replace(*entry);
    found.erase(entry->path);
    if (is_whiteout(entry->path))
      remove(entry->path);
    else
      take(*entry, layer, shelf, found);
    last_entry = "/" + entry->path;
  }
  ++layers_;
  if (!layer.is_whole()) broken_layers_.push_back({layers_, last_entry});
  for (auto& [path, file] : found) files_[path] = std::move(file);
}

// A symbolic link may lead out of the layer, or to what is read in another way. What tells the
// system lies at one of its two paths, and archives of Java have links beside them.
void ImageFiles::take(const LayerEntry& entry, LayerStream& layer, LayerShelf& shelf,
                      Found& found) {
  if (entry.kind == Kind::file) {
    keep(entry.path, read_file(entry, layer, shelf), found);
  } else if (entry.kind == Kind::hard_link) {
    take_link(entry, found);
  } else if (entry.kind == Kind::sparse_file) {
    is_whole_ = false;
  } else if (entry.kind == Kind::other) {
    const auto manager = manager_of(entry.path);
    if (manager && manager != Manager::system && manager != Manager::java) is_whole_ = false;
  }
}

// The other name may be of a lower layer, or of what is read in another way.
void ImageFiles::take_link(const LayerEntry& entry, Found& found) {
  const auto manager = manager_of(entry.path);
  const auto here = found.find(entry.target), below = files_.find(entry.target);
  const bool is_here = here != found.end();
  if ((is_here || below != files_.end()) && (is_here ? here : below)->second.manager == manager)
    keep(entry.path, (is_here ? here : below)->second, found);
  else if (manager)
    is_whole_ = false;
}

void ImageFiles::keep(const std::string& path, FoundFile file, Found& found) {
  if (file.tells_nothing()) return;
  const std::uint64_t size = path.size() + file.memory();
  if (size > room_) {
    is_whole_ = false;
    return;
  }
  room_ -= size;
  found[path] = std::move(file);
}

// Of lower layers; a folder that was there stays, with what lies in it.
void ImageFiles::replace(const LayerEntry& entry) {
  files_.erase(entry.path);
  if (entry.kind != Kind::folder) remove_below(entry.path + "/");
}

void ImageFiles::remove(const std::string& whiteout) {
  const std::string folder = whiteout.substr(0, name_at(whiteout)),
                    name = whiteout.substr(folder.size());
  if (name == opaque) return remove_below(folder);
  const std::string gone = folder + name.substr(mark.size());
  files_.erase(gone);
  remove_below(gone + "/");
}

void ImageFiles::remove_below(const std::string& folder) {
  auto file = files_.lower_bound(folder);
  while (file != files_.end() && file->first.starts_with(folder)) file = files_.erase(file);
}

}  // namespace provisioner::registry
