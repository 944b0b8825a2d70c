#pragma once

#include <functional>
#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/machine/metal/pause.h"

namespace provisioner::reimage {

// One at a time asks the guards and begins the job that follows, over all processes of this
// controller: two that ask side by side would each count on the other's node. Held until the
// descriptor goes. Throws Error(failed) after five minutes, Error(stopped).
os::Descriptor hold_guards(const std::string& state_directory, const os::Clock& clock,
                           const metal::Pause& pause, const std::function<bool()>& is_stopped);

}  // namespace provisioner::reimage
