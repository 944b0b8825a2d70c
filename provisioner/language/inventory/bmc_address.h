#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace provisioner::inventory {

// What an inventory writes in `bmc.address`:
//   ipmi://HOST[:PORT][?cipher=17&pause=5]            pause: seconds between two commands
//   redfish://HOST[:PORT][/redfish/v1/Systems/ID][?pause=0]   also redfish+https, redfish+http
//   libvirt://DOMAIN[?uri=qemu:///system]
struct BmcAddress {
  enum class Driver : std::uint8_t { ipmi, redfish, libvirt };

  Driver driver = Driver::redfish;
  bool has_tls = true;  // of redfish
  std::string host;     // of libvirt the domain
  std::string port, path;
  int cipher = 17;       // of ipmi: HMAC-SHA256, AES-CBC-128
  std::string uri = {};  // of libvirt
  std::chrono::milliseconds pause{0};

  // The same for all ways to one BMC, so that one lock holds them.
  std::string key() const;
  std::string authority() const;  // host and port as a URL has them
};

// Throws Error(input) for what is no such URL, or has words of another driver.
BmcAddress read_bmc_address(const std::string& url);

}  // namespace provisioner::inventory
