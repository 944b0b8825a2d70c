#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/machine/metal/bmc.h"

namespace provisioner::metal {

// What ipmitool 1.8.19 prints. A line that is not what it should be is left out, never guessed.

Power read_power(std::string_view text);                          // chassis power status
std::optional<BootDevice> read_boot_device(std::string_view text);  // chassis bootparam get 5
// "Key : value" of `mc info` and `fru print 0`; "" where there is no such line.
std::string line_value(std::string_view text, std::string_view key);
std::vector<Sensor> read_sensors(std::string_view text);     // -c sdr list
std::vector<LogEntry> read_event_log(std::string_view text);  // -c sel list

}  // namespace provisioner::metal
