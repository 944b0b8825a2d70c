#pragma once

#include <optional>
#include <string>

#include "provisioner/base/os/files.h"
#include "provisioner/cluster/registry/layer_stream.h"

namespace provisioner::registry {

// Where a file of a layer lies while it is read by what goes back and forth in it: one at a time,
// and gone with this.
class LayerShelf {
 public:
  explicit LayerShelf(const std::string& layer_archive) : layer_archive_(layer_archive) {}

  // The last entry's bytes. Throws Error(failed) where there is no room for them.
  const os::Descriptor& put(LayerStream& layer);
  std::string path() const { return place_->path() + "/file"; }  // once something lies there

 private:
  std::string layer_archive_;
  std::optional<os::TemporaryDirectory> place_;  // few layers need one
  os::Descriptor file_;
};

}  // namespace provisioner::registry
