#pragma once

#include <chrono>
#include <cstdint>

namespace provisioner::store {

// Moments as the database has them: microseconds since the epoch.
inline std::int64_t microseconds_of(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}
inline std::chrono::system_clock::time_point time_of(std::int64_t microseconds) {
  return std::chrono::system_clock::time_point(std::chrono::microseconds(microseconds));
}

}  // namespace provisioner::store
