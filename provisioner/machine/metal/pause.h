#pragma once

#include <chrono>
#include <functional>

namespace provisioner::metal {

// How those wait who wait for a BMC; a test's own makes its clock go instead.
using Pause = std::function<void(std::chrono::milliseconds)>;
const Pause& real_pause();
// The same for whoever may be told to stop meanwhile: then it ends at once.
Pause stoppable_pause(std::function<bool()> is_stopped);

}  // namespace provisioner::metal
