// Amounts as people write them.

#include "provisioner/machine/hardware/units.h"

#include <fmt/format.h>

namespace provisioner::hardware {

std::string gib_text(std::int64_t bytes) {
  constexpr std::int64_t gib = std::int64_t{1} << 30;
  if (bytes % gib == 0) return fmt::format("{} GiB", bytes / gib);
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / static_cast<double>(gib));
}

std::string gb_text(std::int64_t bytes) {
  return fmt::format("{:.0f} GB", static_cast<double>(bytes) / 1e9);
}

std::string speed_text(std::int64_t speed) {
  if (speed < 1000) return fmt::format("{} Mbit/s", speed);
  return fmt::format("{:g} Gbit/s", static_cast<double>(speed) / 1000);
}

}  // namespace provisioner::hardware
