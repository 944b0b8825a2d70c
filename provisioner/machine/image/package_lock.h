#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/source.h"

namespace provisioner::image {

// A Debian package, by the digest of its file.
struct LockedPackage {
  std::string name, version, architecture;
  std::string digest;  // SHA-256, hex

  auto operator<=>(const LockedPackage&) const = default;
};

// All that an image is made of, so that it can be made again. The epoch is the time that everything
// in the image is said to be of: seconds since 1970.
struct PackageLock {
  std::int64_t epoch = 0;
  std::vector<LockedPackage> packages;  // sorted

  bool has(std::string_view name) const;
};

// One line each: "epoch 1764350000", then "NAME VERSION ARCHITECTURE DIGEST".
std::string to_text(const PackageLock& lock);
PackageLock read_package_lock(base::SourceId source);  // throws Error(input) with the line

}  // namespace provisioner::image
