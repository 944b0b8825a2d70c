// Files of layers that have to lie somewhere.

#include "provisioner/cluster/registry/layer_shelf.h"

#include <fcntl.h>

#include <cerrno>

#include "provisioner/base/os/all_bytes.h"
#include "provisioner/cluster/registry/layer_failure.h"

namespace provisioner::registry {
namespace {

constexpr std::size_t piece = 1 << 20;  // bytes

}  // namespace

const os::Descriptor& LayerShelf::put(LayerStream& layer) {
  if (!place_) place_.emplace();
  file_ = os::Descriptor(::open(path().c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file_.is_open()) throw unkept_layer(layer_archive_, path(), errno);
  for (std::string bytes; !(bytes = layer.read(piece)).empty();)
    if (const auto problem = os::write_all(file_.number(), bytes))
      throw unkept_layer(layer_archive_, path(), problem.value());
  return file_;
}

}  // namespace provisioner::registry
