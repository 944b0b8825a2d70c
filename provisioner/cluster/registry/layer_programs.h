#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "provisioner/cluster/registry/layer_stream.h"
#include "provisioner/cluster/registry/package.h"

namespace provisioner::registry {

// Programs of Go and archives of Java in a layer, which are told by their bytes and names, wherever
// they lie.
struct LayerPrograms {
  std::map<std::string, FoundPackages> files;  // those that tell something, by their paths
  bool is_whole = true;                        // false: of some file or the layer it is not known
};

// Is told of all that a layer has, and may read a file of it: true where it is its own.
using Taker = std::function<bool(const LayerEntry&, LayerStream&)>;

// Reads the layers of one image, one after the other. An image that would fill the memory with what
// it says is not read to its end, which `is_whole` says. Not for threads.
class ProgramReader {
 public:
  // What `take` takes is no program. Throws Error(failed) where it takes longer than `patience`, or
  // where there is no room for an archive.
  LayerPrograms read_layer(const std::string& archive, std::chrono::milliseconds patience,
                           const Taker& take);

 private:
  void keep(const std::string& path, FoundPackages found, LayerPrograms& programs);

  std::uint64_t room_ = 256 << 20;  // bytes, about
};

}  // namespace provisioner::registry
