#pragma once

#include <string>

#include "provisioner/base/os/files.h"

namespace provisioner::metal {

// Keeps others on this controller from changing what one BMC's machine does, while the answer
// lives; whatever ends us lets go. `key` is the address's (bmc_address.h), `who` is shown to
// whoever is refused: "alice@ctl1, process 4711: power off". Throws Error(refused) with who holds
// it.
os::Descriptor hold_bmc(const std::string& state_directory, const std::string& key,
                        const std::string& who);

// The path of a file about one BMC; its directory is made.
std::string bmc_file(const std::string& state_directory, const std::string& key,
                     const std::string& ending);

}  // namespace provisioner::metal
