#pragma once

#include "provisioner/machine/lab/record.h"

namespace provisioner::lab {

// All nodes share one user's share of inotify instances with the host: 128 by default, where a
// systemd node takes six and more. Says in the record what was found if it is too low; raise_limits
// makes it so, restore_limits takes it back.
void plan_limits(Record& record);
void raise_limits(const Record& record);
void restore_limits(const Record& record);

}  // namespace provisioner::lab
