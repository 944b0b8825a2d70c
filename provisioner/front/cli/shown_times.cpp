// Times for people.

#include "provisioner/front/cli/shown_times.h"

#include "provisioner/base/os/clock.h"

namespace provisioner::cli {

std::string seen_text(const store::HardwareRecord& hardware) {
  return os::utc_seconds(hardware.looked) + " by " + hardware.source;
}

}  // namespace provisioner::cli
