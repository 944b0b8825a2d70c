#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace provisioner::inventory {

// An IPv4 or IPv6 address.
struct Address {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // IPv4: the first four

  auto operator<=>(const Address&) const = default;
};

// An address with the length of its network's prefix: "10.21.0.0/24", "10.21.0.11/24".
struct Subnet {
  Address address;
  int prefix = 0;

  bool is_network() const;  // no bit is set behind the prefix
  bool holds(const Address& address) const;
  bool overlaps(const Subnet& other) const;
  // The network's own address and, in IPv4, that of its broadcast: no host may have them. Networks
  // of one or two addresses have neither (RFC 3021, RFC 6164).
  bool is_reserved(const Address& address) const;
};

std::optional<Address> read_address(std::string_view text);
std::optional<Subnet> read_subnet(std::string_view text);  // with "/"

// The parts of "redfish://10.20.0.11:443/redfish/v1/Systems/1?pause=1"; no user stands in it.
struct Url {
  std::string scheme;
  std::string host;         // an IPv6 address without its brackets
  std::string port;         // digits, "" where none is said
  std::string path, query;  // as they are written, the path with its slash, the query without "?"
};
std::optional<Url> read_url(std::string_view text);

}  // namespace provisioner::inventory
