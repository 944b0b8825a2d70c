#pragma once

#include "provisioner/machine/metal/power_change.h"

namespace provisioner::metal {

// Has a machine boot next from `device`, and reads back that the BMC has it so. To be followed by
// the power command at once (bmc.h). Throws Error(failed, unreachable, refused) where it is not so
// within the patience.
void change_next_boot(Bmc& bmc, BootDevice device, const Patience& patience,
                      const os::Clock& clock = os::system_clock(),
                      const Pause& pause = real_pause());

}  // namespace provisioner::metal
