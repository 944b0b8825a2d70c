#pragma once

#include <string>
#include <vector>

#include "provisioner/machine/metal/open_bmc.h"

namespace provisioner::metal {

// What a BMC says, and what is not as it should be.
struct BmcReport {
  Power power = Power::unknown;
  Identity identity = {};
  std::vector<std::string> findings = {};
};

// Asks a BMC for all that the inventory relies on, and changes nothing: whether it is reached,
// takes the credentials, is the one of this serial number ("": not known), proves who it is.
BmcReport check_bmc(const Access& access, const std::string& serial, Bmc::Deadline deadline);

}  // namespace provisioner::metal
