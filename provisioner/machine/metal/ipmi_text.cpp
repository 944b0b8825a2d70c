// From lines of ipmitool to what they say.

#include "provisioner/machine/metal/ipmi_text.h"

#include "provisioner/base/base/text.h"

namespace provisioner::metal {
namespace {

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells = base::split(line, ',');
  for (std::string& cell : cells) cell = std::string(base::trim(cell));
  return cells;
}

}  // namespace

Power read_power(std::string_view text) {
  const std::string_view line = base::trim(text);
  if (line == "Chassis Power is on") return Power::on;
  if (line == "Chassis Power is off") return Power::off;
  return Power::unknown;
}

std::string line_value(std::string_view text, std::string_view key) {
  for (const std::string_view line : base::lines_of(text)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || base::trim(line.substr(0, colon)) != key) continue;
    return std::string(base::trim(line.substr(colon + 1)));
  }
  return "";
}

// Only the selector: the flag that says whether the BMC still goes by it is not kept by all.
std::optional<BootDevice> read_boot_device(std::string_view text) {
  const std::string selector = line_value(text, "- Boot Device Selector");
  if (selector == "Force PXE") return BootDevice::pxe;
  if (selector.starts_with("Force Boot from default Hard-Drive")) return BootDevice::disk;
  if (selector == "Force Boot into BIOS Setup") return BootDevice::bios;
  return std::nullopt;
}

// "Inlet Temp,23,degrees C,ok"
std::vector<Sensor> read_sensors(std::string_view text) {
  std::vector<Sensor> sensors;
  for (const std::string_view line : base::lines_of(text)) {
    const auto cells = cells_of(line);
    if (cells.size() >= 4) sensors.push_back({cells[0], cells[1], cells[2], cells[3]});
  }
  return sensors;
}

// "1,11/28/2026,20:01:02,Power Unit #0x01,Power off/down,Asserted"; "Pre-Init" before a clock was
// set.
std::vector<LogEntry> read_event_log(std::string_view text) {
  std::vector<LogEntry> entries;
  for (const std::string_view line : base::lines_of(text)) {
    const auto cells = cells_of(line);
    if (cells.size() < 5) continue;
    LogEntry entry{.time = cells[1] + " " + cells[2], .severity = {}, .text = cells[3]};
    for (std::size_t at = 4; at < cells.size(); ++at)
      if (!cells[at].empty()) entry.text += ", " + cells[at];
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace provisioner::metal
