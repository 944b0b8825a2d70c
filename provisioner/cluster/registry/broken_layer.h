#pragma once

#include <cstddef>
#include <string>

namespace provisioner::registry {

// A layer of an image that was not read to its end, as LayerStream::is_whole has it.
struct BrokenLayer {
  std::size_t number = 0;  // from the bottom up; that of the lowest is 1
  std::string last_entry;  // "/etc/passwd", behind which nothing was read; "" where there is none
};

}  // namespace provisioner::registry
