// Times for people.

#include "provisioner/front/cli/shown_times.h"

#include "provisioner/base/os/clock.h"

namespace provisioner::cli {

std::string shown_time(store::WallTime time) {
  constexpr std::size_t to_the_second = 19;
  return os::utc_text(time).substr(0, to_the_second) + "Z";
}

std::string seen_text(const store::HardwareRecord& hardware) {
  return shown_time(hardware.looked) + " by " + hardware.source;
}

}  // namespace provisioner::cli
