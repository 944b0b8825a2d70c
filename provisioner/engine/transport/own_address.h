#pragma once

#include <string>

namespace provisioner::transport {

// The address of this machine that packets to `host` (a name or an address) leave by: the one that
// it can be reached by from there, where no address is translated in between. Sends nothing. Throws
// Error(unreachable) where there is no way there.
std::string own_address_towards(const std::string& host);

}  // namespace provisioner::transport
