#pragma once

#include "provisioner/base/os/clock.h"
#include "provisioner/machine/metal/pause.h"

namespace provisioner::metal {

// Time that goes only where somebody waits.
class FakeClock : public os::Clock {
 public:
  os::Instant now() const override { return now_; }
  std::chrono::system_clock::time_point wall() const override { return {}; }
  void pass(std::chrono::milliseconds time) { now_ += time; }
  Pause pause() {
    return [this](std::chrono::milliseconds time) { pass(time); };
  }

 private:
  os::Instant now_{std::chrono::hours(1)};
};

}  // namespace provisioner::metal
