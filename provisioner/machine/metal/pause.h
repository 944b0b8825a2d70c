#pragma once

#include <chrono>
#include <functional>

namespace provisioner::metal {

// How those wait who wait for a BMC; a test's own makes its clock go instead.
using Pause = std::function<void(std::chrono::milliseconds)>;
const Pause& real_pause();

}  // namespace provisioner::metal
