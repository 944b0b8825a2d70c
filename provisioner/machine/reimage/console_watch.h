#pragma once

#include <memory>
#include <optional>
#include <string>

#include "provisioner/machine/metal/bmc.h"

namespace provisioner::reimage {

// A node's console on its way into the flight recorder, source "console", for as long as this
// lives, in a thread and by a program of its own; how much of it, says console_lines.h. Nothing
// that goes wrong with it hinders anybody: where the console cannot be had, the recorder has one
// line that says so, and it is tried again. Going away takes some milliseconds, nine seconds at
// most with a program that does not end; the BMC's session is freed.
class ConsoleWatch {
 public:
  ConsoleWatch(const std::string& node, const std::string& state_directory,
               std::optional<metal::ConsoleFeed> feed);
  ConsoleWatch(const ConsoleWatch&) = delete;
  ConsoleWatch& operator=(const ConsoleWatch&) = delete;
  ~ConsoleWatch();

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace provisioner::reimage
