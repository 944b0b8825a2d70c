// What ansible.utils' ipaddr may ask of an address.

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/address.h"
#include "provisioner/language/jinja/filter_tables.h"

namespace provisioner::jinja {
namespace {

using Ask = const AskedAddress&;

Object text_if(bool holds, std::string text) { return holds ? Object(std::move(text)) : Object(); }
Object written_if(bool holds, Ask asked) { return text_if(holds, asked.written); }

Address alone(const Address& address) { return {address.number, address.width, address.width}; }

bool is_within(const Address& address, std::initializer_list<const char*> ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const char* range) { return address_of(range)->contains(address); });
}

bool is_link_local(const Address& a) { return is_within(a, {"169.254.0.0/16", "fe80::/10"}); }
bool is_multicast(const Address& a) { return is_within(a, {"224.0.0.0/4", "ff00::/8"}); }
bool is_loopback(const Address& a) { return is_within(a, {"127.0.0.0/8", "::1/128"}); }
bool is_private(const Address& a) {
  return is_link_local(a) ||
         is_within(a, {"10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.0.0.0/24",
                       "192.168.0.0/16", "198.18.0.0/15", "239.0.0.0/8", "fc00::/7", "fec0::/10"});
}

bool is_power_of_two(AddressNumber number) { return (number & (number - 1)) == 0; }

// A mask of networks or of hosts is no public address.
bool is_public(const Address& range) {
  const Address a = alone(range);
  const AddressNumber inverted = (a.number ^ a.all()) + 1;
  return !is_multicast(a) && !is_private(a) && !is_loopback(a) && !is_power_of_two(inverted) &&
         !is_power_of_two(a.number + 1);
}

std::string reverse_name(const Address& a) {
  std::vector<std::string> parts;
  if (a.width == 32) {
    parts = base::split(a.ip(), '.');
    std::reverse(parts.begin(), parts.end());
    return base::join(parts, ".") + ".in-addr.arpa.";
  }
  for (int shift = 0; shift < 128; shift += 4)
    parts.emplace_back(1, "0123456789abcdef"[static_cast<unsigned>(a.number >> shift & 0xF)]);
  return base::join(parts, ".") + ".ip6.arpa.";
}

void require_range(Ask asked) {
  if (!asked.has_prefix) type_error("Not a network address");
}

AddressNumber first_usable(const Address& a) {
  return a.network() + (a.width - a.prefix > 1 ? 1 : 0);
}
AddressNumber last_usable(const Address& a) { return a.last() - (a.width - a.prefix > 1 ? 1 : 0); }

Object usable_range(Ask asked) {
  require_range(asked);
  const Address& a = asked.address;
  return text_if(!a.is_single(),
                 address_text(first_usable(a)) + "-" + address_text(last_usable(a)));
}

Object usable(Ask asked, AddressNumber (*choose)(const Address&)) {
  require_range(asked);
  return text_if(!asked.address.is_single(), address_text(choose(asked.address)));
}

Object neighbour(Ask asked, int direction) {
  require_range(asked);
  const Address& a = asked.address;
  const AddressNumber next = a.number + static_cast<AddressNumber>(direction);
  const bool is_usable = !a.is_single() && next >= first_usable(a) && next <= last_usable(a);
  return text_if(is_usable, address_text(next));
}

Object peer(Ask asked) {
  require_range(asked);
  const Address& a = asked.address;
  const int bits = a.width - a.prefix;
  if (bits == 1) return Object(address_text(a.number ^ 1U));
  if (bits != 2) type_error("Not a point-to-point network");
  if (a.number % 4 == 0) type_error("Network address of /30 has no peer");
  if (a.number % 4 == 3) type_error("Broadcast address of /30 has no peer");
  return Object(address_text(a.number ^ 3U));
}

// 2 to the power of 128 does not fit into 128 bits.
Object size_less(const Address& a, AddressNumber less) {
  if (a.prefix == 0 && a.width == 128 && less == 0)
    return Object("340282366920938463463374607431768211456");
  return number_object(a.host_mask() - less + 1);
}

Object usable_size(const Address& a) {
  if (a.is_single()) return Object(0);
  return size_less(a, a.width - a.prefix == 1 ? 0 : 2);
}

Object as_version_4(Ask asked) {
  const Address& a = asked.address;
  if (a.width == 32) return Object(asked.written);
  const bool is_mapped = a.number >> 32 == 0xFFFF, is_plain = a.number >> 32 == 0;
  if (a.prefix < 96 || (!is_mapped && !is_plain)) return Object(false);
  return Object(Address{a.number & 0xFFFFFFFFU, 32, a.prefix - 96}.cidr());
}

Object as_version_6(Ask asked) {
  const Address& a = asked.address;
  if (a.width == 128) return Object(asked.written);
  return Object(Address{AddressNumber{0xFFFF} << 32 | a.number, 128, a.prefix + 96}.cidr());
}

// The network of 6to4 that belongs to an address, or whether it lies in one.
Object six_to_four(Ask asked) {
  const Address& a = asked.address;
  if (a.width == 128) {
    const bool is_asked = !asked.has_prefix || !a.is_network();
    return is_asked && is_within(alone(a), {"2002::/16"}) ? Object(asked.written) : Object(false);
  }
  if (a.is_network() || !(is_public(a) || is_private(alone(a)))) return Object(false);
  char text[40];
  const auto part = [&](int shift) { return static_cast<unsigned>(a.number >> shift & 0xFF); };
  std::snprintf(text, sizeof text, "2002:%02x%02x:%02x%02x::1/48", part(24), part(16), part(8),
                part(0));
  return Object(text);
}

Object wrapped(Ask asked) {
  const Address& a = asked.address;
  if (a.width == 32) return Object(asked.written);
  return Object("[" + a.ip() + "]" + (asked.has_prefix ? "/" + std::to_string(a.prefix) : ""));
}

Object whole_number(Ask asked) {
  const Object number = number_object(asked.address.number);
  if (!asked.has_prefix) return number;
  return Object(text_of(number) + "/" + std::to_string(asked.address.prefix));
}

bool is_host(const Address& a) { return a.is_single() || !a.is_network() || !a.has_broadcast(); }

Object with_prefix_of_host(Ask asked) {
  const Address& a = asked.address;
  const bool is_end = a.number == a.network() || (a.has_broadcast() && a.number == a.last());
  return a.width - a.prefix > 1 && is_end ? Object(false) : Object(a.cidr());
}

bool has_host_bits(const Address& a) {
  return a.width - a.prefix == 1 || (!a.is_single() && !a.is_network());
}

std::string pair(const Address& a, AddressNumber left, AddressNumber right) {
  return address_text(left, a.width) + " " + address_text(right, a.width);
}

using Query = Object (*)(Ask);

// The address itself, its network and its masks.
const std::map<std::string, Query, std::less<>>& form_queries() {
  static const std::map<std::string, Query, std::less<>> table = {
      {"", [](Ask q) { return Object(q.has_prefix ? q.address.cidr() : q.address.ip()); }},
      {"address",
       [](Ask q) { return text_if(is_host(q.address) || q.address.width == 128, q.address.ip()); }},
      {"address/prefix", with_prefix_of_host},
      {"broadcast",
       [](Ask q) {
         return text_if(q.address.width - q.address.prefix > 1,
                        address_text(q.address.last(), q.address.width));
       }},
      {"cidr", [](Ask q) { return Object(q.address.cidr()); }},
      {"host", [](Ask q) { return text_if(is_host(q.address), q.address.cidr()); }},
      {"hostmask",
       [](Ask q) { return Object(address_text(q.address.host_mask(), q.address.width)); }},
      {"int", whole_number},
      {"ip/prefix", [](Ask q) { return text_if(has_host_bits(q.address), q.address.cidr()); }},
      {"ip_netmask",
       [](Ask q) {
         return text_if(has_host_bits(q.address),
                        pair(q.address, q.address.number, q.address.mask()));
       }},
      {"ipv4", as_version_4},
      {"ipv6", as_version_6},
      {"net", [](Ask q) { return text_if(q.address.is_network(), q.address.cidr()); }},
      {"netmask", [](Ask q) { return Object(address_text(q.address.mask(), q.address.width)); }},
      {"network", [](Ask q) { return Object(address_text(q.address.network(), q.address.width)); }},
      {"network_netmask",
       [](Ask q) { return Object(pair(q.address, q.address.network(), q.address.mask())); }},
      {"network_wildcard",
       [](Ask q) { return Object(pair(q.address, q.address.network(), q.address.host_mask())); }},
      {"prefix", [](Ask q) { return Object(std::int64_t{q.address.prefix}); }},
      {"revdns", [](Ask q) { return Object(reverse_name(q.address)); }},
      {"subnet",
       [](Ask q) {
         return Object(Address{q.address.network(), q.address.width, q.address.prefix}.cidr());
       }},
      {"wrap", wrapped},
  };
  return table;
}

// What kind of address it is, and which others are near.
const std::map<std::string, Query, std::less<>>& kind_queries() {
  static const std::map<std::string, Query, std::less<>> table = {
      {"6to4", six_to_four},
      {"bool", [](Ask) { return Object(true); }},
      {"first_usable", [](Ask q) { return usable(q, first_usable); }},
      {"last_usable", [](Ask q) { return usable(q, last_usable); }},
      {"link-local", [](Ask q) { return written_if(is_link_local(alone(q.address)), q); }},
      {"loopback", [](Ask q) { return written_if(is_loopback(alone(q.address)), q); }},
      {"multicast", [](Ask q) { return written_if(is_multicast(q.address), q); }},
      {"next_usable", [](Ask q) { return neighbour(q, 1); }},
      {"peer", peer},
      {"previous_usable", [](Ask q) { return neighbour(q, -1); }},
      {"private", [](Ask q) { return written_if(is_private(q.address), q); }},
      {"public", [](Ask q) { return written_if(is_public(q.address), q); }},
      {"range_usable", usable_range},
      {"size", [](Ask q) { return size_less(q.address, 0); }},
      {"size_usable", [](Ask q) { return usable_size(q.address); }},
      {"type", [](Ask q) { return Object(q.address.is_network() ? "network" : "address"); }},
      {"unicast", [](Ask q) { return written_if(!is_multicast(q.address), q); }},
      {"version", [](Ask q) { return Object(std::int64_t{q.address.width == 32 ? 4 : 6}); }},
  };
  return table;
}

std::string_view full_name(std::string_view query) {
  static const std::map<std::string_view, std::string_view> names = {
      {"ip", "address"},
      {"gateway", "address/prefix"},
      {"gw", "address/prefix"},
      {"host/prefix", "address/prefix"},
      {"lo", "loopback"},
      {"hostnet", "address/prefix"},
      {"v4", "ipv4"},
      {"router", "address/prefix"},
      {"v6", "ipv6"},
      {"network/prefix", "subnet"},
      {"network_id", "network"},
      {"wildcard", "hostmask"}};
  const auto found = names.find(query);
  return found == names.end() ? query : found->second;
}

// The address at a place of the range.
Object numbered(Ask asked, const std::string& query) {
  const Address& a = asked.address;
  if (a.is_single()) return Object(asked.has_prefix ? a.cidr() : a.ip());
  std::int64_t index = 0;
  const auto read = std::from_chars(query.data(), query.data() + query.size(), index);
  if (read.ec != std::errc() || read.ptr != query.data() + query.size()) return Object(false);
  const auto chosen = a.at(index);
  return chosen ? Object(Address{*chosen, a.width, a.prefix}.cidr()) : Object(false);
}

}  // namespace

Object address_query(const AskedAddress& asked, const std::string& query) {
  const std::string_view name = full_name(query);
  for (const auto* table : {&form_queries(), &kind_queries()})
    if (const auto found = table->find(name); found != table->end()) return found->second(asked);
  const bool is_index = query.find_first_not_of("0123456789") == std::string::npos;
  if (!is_index)
    if (const auto range = asked_address(Object(query), 0))
      return written_if(range->address.contains(asked.address), asked);
  if (number_in(query)) return numbered(asked, query);
  type_error("ipaddr: unknown filter type: " + query);
}

}  // namespace provisioner::jinja
