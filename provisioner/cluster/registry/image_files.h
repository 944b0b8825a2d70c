#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/cluster/registry/broken_layer.h"
#include "provisioner/cluster/registry/package_files.h"

namespace provisioner::registry {

// The files of an image that tell something, as its layers leave them, which are added from the
// bottom up: what an upper one replaces or removes counts no more. Not for threads.
class ImageFiles {
 public:
  // About as many bytes may be kept of what the layers say; what is more is left out, which
  // `is_whole` says.
  explicit ImageFiles(std::uint64_t room) : room_(room) {}

  // Throws Error(failed) where the layer takes too long or cannot be read, or where there is no
  // room for a file of it.
  void add_layer(const std::string& archive);

  std::map<std::string, FoundFile> all() && { return std::move(files_); }  // by their paths
  // Each layer could be read, and nothing in it is known not to have been.
  bool is_whole() const { return is_whole_ && broken_layers_.empty(); }
  // Those that were not read to their end: a node may find something else in them, or nothing.
  const std::vector<BrokenLayer>& broken_layers() const { return broken_layers_; }

 private:
  using Found = std::map<std::string, FoundFile>;

  void take(const LayerEntry& entry, LayerStream& layer, LayerShelf& shelf, Found& found);
  void take_link(const LayerEntry& entry, Found& found);
  void keep(const std::string& path, FoundFile file, Found& found);
  void replace(const LayerEntry& entry);
  void remove(const std::string& whiteout);
  void remove_below(const std::string& folder);

  Found files_;
  std::uint64_t room_;
  std::size_t layers_ = 0;
  std::vector<BrokenLayer> broken_layers_;
  bool is_whole_ = true;  // of what else is said
};

}  // namespace provisioner::registry
