#pragma once

#include <chrono>
#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/machine/metal/pause.h"

namespace provisioner::metal {

// One command at a time to one BMC, and a pause before the next, over all processes of this
// controller: small BMCs lose packets, or freeze, where they are hurried (OpenStack Ironic leaves
// 5 seconds between IPMI commands). Without a pause everybody has a turn.
class Pace {
 public:
  // `file` is the BMC's own (bmc_lock.h).
  Pace(std::string file, std::chrono::milliseconds between, const os::Clock& clock, Pause pause);

  // A command may be sent while it lives.
  class Turn {
   public:
    Turn(os::Descriptor file, const os::Clock& clock) : file_(std::move(file)), clock_(&clock) {}
    Turn(Turn&&) noexcept = default;
    ~Turn();

   private:
    os::Descriptor file_;
    const os::Clock* clock_;
  };
  // Throws Error(unreachable) where it does not come within the deadline.
  Turn turn(std::chrono::milliseconds deadline) const;

 private:
  std::string file_;
  std::chrono::milliseconds between_;
  const os::Clock& clock_;
  Pause pause_;
};

}  // namespace provisioner::metal
