// Words, and whose BMC it is.

#include "provisioner/machine/metal/bmc.h"

#include "provisioner/base/base/error.h"

namespace provisioner::metal {

using base::Error;
using base::Kind;

std::string_view name_of(Power power) {
  switch (power) {
    case Power::on:
      return "on";
    case Power::off:
      return "off";
    case Power::unknown:
      return "unknown";
  }
  return "";
}

std::string_view name_of(PowerVerb verb) {
  switch (verb) {
    case PowerVerb::on:
      return "power-on";
    case PowerVerb::off:
      return "power-off";
    case PowerVerb::soft:
      return "soft shutdown";
  }
  return "";
}

std::string_view name_of(BootDevice device) {
  switch (device) {
    case BootDevice::pxe:
      return "pxe";
    case BootDevice::disk:
      return "disk";
    case BootDevice::bios:
      return "bios";
  }
  return "";
}

std::optional<std::string> require_serial(Bmc& bmc, const std::string& serial,
                                          Bmc::Deadline deadline) {
  if (serial.empty()) return std::nullopt;
  std::string shown, why;
  try {
    shown = bmc.identity(deadline).serial;
  } catch (const Error& error) {
    if (error.kind() == Kind::refused || error.kind() == Kind::stopped) throw;
    why = ": " + error.message();
  }
  if (shown.empty())
    return "its BMC tells no serial number, the inventory says '" + serial +
           "': whether it is this machine's was not checked" + why;
  if (shown != serial)
    throw Error(Kind::refused, "the BMC is that of serial number '" + shown +
                                   "', the inventory says '" + serial + "': nothing was done")
        .set_hint("is bmc.address another machine's? see: provisioner bmc check");
  return std::nullopt;
}

}  // namespace provisioner::metal
