#pragma once

#include <cstdint>
#include <string>

namespace provisioner::cli {

// "12 MiB": what lies on a disk, rounded up.
inline std::string mib_text(std::uint64_t bytes) {
  constexpr std::uint64_t mib = 1 << 20;
  return std::to_string((bytes + mib - 1) / mib) + " MiB";
}

}  // namespace provisioner::cli
