#pragma once

#include <chrono>
#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/machine/metal/pause.h"

namespace provisioner::metal {

// Nothing was said to the BMC: its turn did not come. What it did before is the better reason.
class NotAsked : public base::Error {
 public:
  using Error::Error;
};

// One command at a time to one BMC, and a pause before the next, over all processes of this
// controller: small BMCs lose packets, or freeze, where they are hurried (OpenStack Ironic leaves
// 5 seconds between IPMI commands). Without a pause everybody has a turn. Where the file may not be
// written, each object paces itself alone.
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
  // Throws NotAsked(unreachable) where it does not come within the deadline.
  Turn turn(std::chrono::milliseconds deadline) const;

 private:
  std::string file_;
  std::chrono::milliseconds between_;
  const os::Clock& clock_;
  Pause pause_;
  mutable bool has_asked_ = false;  // where there is no file
};

}  // namespace provisioner::metal
