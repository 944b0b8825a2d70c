#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::reimage {

// What a node is to do in the RAM disk: tell its hardware, or take an image as well.
enum class Errand : std::uint8_t { look, write };

// The order of a boot job, as it lies in the store.
struct BootOrder {
  Errand errand = Errand::look;
  std::vector<std::string> macs;  // of its ports; the first is the one that boots
  std::string address;            // "10.78.0.11/24": its own while it boots
  std::string gateway;            // "": none
  std::string rack;               // the inventory's; "": none, and so no peers
  std::string kernel, ram_disk;   // digests of public files
  std::string arguments;          // more words for the kernel: "console=ttyS0"
  // For `look`: also who is at the other end of each cable, which takes half a minute.
  bool listens = false;
  value::Value deploy;            // what the RAM disk is told (docs/bare-metal.md), for `write`
};

value::Value to_value(const BootOrder& order);
// Throws Error(bug) for what `to_value` did not write.
BootOrder order_of(const value::Value& written);

// iPXE's script (https://ipxe.org/scripting). All that goes into it has a fixed form: throws
// Error(bug) for what has not, so that no word of an inventory becomes a command.
std::string boot_script(const BootOrder& order, const std::string& server,
                        const std::string& token);

}  // namespace provisioner::reimage
