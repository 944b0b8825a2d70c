#pragma once

#include <string>

namespace provisioner::base {

// Four numbers of IPv4 with dots between, as Kubernetes takes them: no leading zeros.
bool is_ipv4_address(const std::string& text);
// Of IPv4, or of IPv6 without a zone (RFC 4291, 2.2).
bool is_ip_address(const std::string& text);

// What a machine may be reached at: an address, or a name of DNS, in which capitals and '_' may
// stand as resolvers take them. A name whose last part is a number is none, but an address that is
// mistyped (URL Standard, 3.5).
bool is_host(const std::string& text);

}  // namespace provisioner::base
