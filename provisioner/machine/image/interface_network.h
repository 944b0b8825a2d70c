#pragma once

#include <string>

namespace provisioner::image {

// The first IPv4 address of one of this machine's interfaces, as text.
struct InterfaceNetwork {
  std::string address;  // "10.78.0.1"
  std::string subnet;   // "10.78.0.0"
  std::string netmask;  // "255.255.255.0"
};

// Throws Error(usage) for an interface that is not there or has no IPv4 address.
InterfaceNetwork network_of(const std::string& interface);

}  // namespace provisioner::image
