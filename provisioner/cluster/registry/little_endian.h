#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace provisioner::registry {

// The number in `count` bytes from `at` on, at most 8, the lowest byte first; what lies beyond the
// bytes counts as 0.
inline std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t byte = 0; byte < count && at + byte < bytes.size(); ++byte)
    number |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + byte]))
              << (8 * byte);
  return number;
}

}  // namespace provisioner::registry
