#pragma once

#include <functional>
#include <string>

#include "provisioner/node/deploy/install.h"

namespace provisioner::deploy {

enum class End : std::uint8_t { reboot, power_off };

// What the walk needs of the machine it runs on.
struct Machine {
  std::function<value::Dict()> facts;  // with `disks`
  std::function<std::vector<std::string>(const Order&, const value::List& disks, Progress&)>
      install;
  std::function<void(const std::string&)> say;  // one line for whoever watches the console
  std::function<void(std::chrono::seconds)> pause;
  std::function<void(std::chrono::seconds most)> serve;  // chunks, to the rack
};

// From `booted` to the last report: does what the boot service says, and tells it what came of
// that. Never throws an Error: whatever fails is said, reported where there still is a token, and
// ends in a reboot after a pause, or as the boot service wishes.
End walk_stages(Reporter& reporter, const Machine& machine, const os::Clock& clock);

}  // namespace provisioner::deploy
