// Network addresses as an inventory writes them.

#include "provisioner/language/inventory/addresses.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "provisioner/base/base/regex.h"

namespace provisioner::inventory {
namespace {

int bits_of(const Address& address) { return address.is_v6 ? 128 : 32; }

bool bit_at(const Address& address, int index) {
  const auto at = static_cast<std::size_t>(index);
  return (address.bytes[at / 8] >> (7 - at % 8) & 1) != 0;
}

bool all_bits_from(const Address& address, int first, bool expected) {
  for (int index = first; index < bits_of(address); ++index)
    if (bit_at(address, index) != expected) return false;
  return true;
}

bool same_until(const Address& a, const Address& b, int end) {
  for (int index = 0; index < end; ++index)
    if (bit_at(a, index) != bit_at(b, index)) return false;
  return true;
}

}  // namespace

bool Subnet::is_network() const { return all_bits_from(address, prefix, false); }

bool Subnet::holds(const Address& other) const {
  return address.is_v6 == other.is_v6 && same_until(address, other, prefix);
}

bool Subnet::overlaps(const Subnet& other) const {
  return address.is_v6 == other.address.is_v6 &&
         same_until(address, other.address, std::min(prefix, other.prefix));
}

bool Subnet::is_reserved(const Address& other) const {
  if (bits_of(address) - prefix < 2) return false;
  return all_bits_from(other, prefix, false) ||
         (!other.is_v6 && all_bits_from(other, prefix, true));
}

std::optional<Address> read_address(std::string_view text) {
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address;
  address.is_v6 = true;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<Subnet> read_subnet(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = read_address(text.substr(0, slash));
  const std::string_view length = text.substr(slash + 1);
  int prefix = 0;
  const auto [end, code] = std::from_chars(length.data(), length.data() + length.size(), prefix);
  const bool is_number = code == std::errc() && end == length.data() + length.size();
  if (!address || !is_number || prefix < 0 || prefix > bits_of(*address)) return std::nullopt;
  return Subnet{*address, prefix};
}

std::optional<Url> read_url(std::string_view text) {
  static const base::Regex url(R"(^([a-z][a-z0-9+.-]*)://(\[[0-9a-fA-F:.]+\]|[^/?#:@\s\[\]]+))"
                               R"((?::(\d{1,5}))?(/[^?#\s]*)?(?:\?([^#\s]*))?$)");
  const auto match = url.match_start(text);
  if (!match) return std::nullopt;
  const auto part = [&](std::size_t group) {
    return base::group_text(*match, text, group).value_or("");
  };
  std::string host = part(2);
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  return Url{part(1), std::move(host), part(3), part(4), part(5)};
}

}  // namespace provisioner::inventory
