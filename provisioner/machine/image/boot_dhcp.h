#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/machine/image/boot_desk.h"

namespace provisioner::image {

// Where the boot service stands.
struct BootPlace {
  std::string interface;  // "provmach0"
  std::string address;    // ours on it: "10.78.0.1"
  std::string subnet;     // its network's first address: "10.78.0.0"
  std::string netmask;    // "255.255.255.0"
  std::uint16_t port = 8087;
  std::string directory;  // of dnsmasq's files and of those for TFTP
  bool is_proxy = false;  // a site's own DHCP gives the addresses; we only say what to boot
};

std::string server_url(const BootPlace& place);  // "http://10.78.0.1:8087"

// dnsmasq(8): one for DHCP with its three files, which answers no MAC that is not in the first of
// them, and one for TFTP. Beside a site's own DHCP it gives out no options (RFC 2132), only what to
// boot: that is what the third file is for.
std::string dhcp_configuration(const BootPlace& place);
std::string tftp_configuration(const BootPlace& place);
std::string dnsmasq_hosts(const std::vector<ArmedNode>& armed);
std::string dnsmasq_options(const BootPlace& place, const std::vector<ArmedNode>& armed);
std::string dnsmasq_boots(const BootPlace& place, const std::vector<ArmedNode>& armed);

// What a line of dnsmasq's log says, and of whom: "DHCPDISCOVER(br0) 52:54:00:78:00:11".
struct DhcpLine {
  std::string whom;  // MAC or address
  std::string source;  // "dhcp", "tftp"
  std::string text;
};
std::optional<DhcpLine> read_dhcp_line(const std::string& line);

}  // namespace provisioner::image
