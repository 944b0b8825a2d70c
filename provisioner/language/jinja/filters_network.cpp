// ansible.utils' filters on addresses, by inet_pton and 128-bit numbers.

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/filter_tables.h"

namespace provisioner::jinja {
namespace {

__extension__ using Number = unsigned __int128;

// An address with its prefix length: "10.0.0.5/24", "fd00::1".
struct Address {
  Number number = 0;
  int width = 32;  // 32 or 128
  int prefix = 32;
  bool has_prefix = false;

  Number mask() const { return prefix == 0 ? 0 : (all() << (width - prefix)) & all(); }
  Number all() const { return width == 128 ? ~Number{0} : Number{0xFFFFFFFFU}; }
  Number network() const { return number & mask(); }
  Number last() const { return network() | (all() & ~mask()); }
};

std::string text_of_number(Number number, int width) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  std::array<unsigned char, 16> bytes{};
  const int count = width / 8;
  for (int at = 0; at < count; ++at)
    bytes[static_cast<std::size_t>(at)] =
        static_cast<unsigned char>(number >> (width - 8 * (at + 1)) & 0xFF);
  inet_ntop(width == 32 ? AF_INET : AF_INET6, bytes.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::optional<Number> number_of(const std::string& text, int& width) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
    width = 32;
  else if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
    width = 128;
  else
    return std::nullopt;
  Number number = 0;
  for (int at = 0; at < width / 8; ++at)
    number = number << 8U | bytes[static_cast<std::size_t>(at)];
  return number;
}

std::optional<Address> address_of(const std::string& text) {
  const std::size_t slash = text.find('/');
  Address address;
  const auto number = number_of(text.substr(0, slash), address.width);
  if (!number) return std::nullopt;
  address.number = *number;
  address.prefix = address.width;
  if (slash == std::string::npos) return address;
  const std::string tail = text.substr(slash + 1);
  address.has_prefix = true;
  int mask_width = 0;
  if (const auto mask = number_of(tail, mask_width); mask && mask_width == address.width) {
    address.prefix = 0;
    while (address.prefix < address.width &&
           (*mask >> (address.width - 1 - address.prefix) & 1U) != 0)
      ++address.prefix;
    return address.mask() == *mask ? std::optional(address) : std::nullopt;
  }
  if (tail.empty() || tail.size() > 3 || tail.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  address.prefix = std::stoi(tail);
  return address.prefix <= address.width ? std::optional(address) : std::nullopt;
}

std::string with_prefix(Number number, const Address& address) {
  return text_of_number(number, address.width) + "/" + std::to_string(address.prefix);
}

bool is_host(const Address& address) {
  return !address.has_prefix || address.prefix == address.width ||
         address.number != address.network() || address.prefix == address.width - 1;
}

bool is_within(const Address& address, const char* network) {
  const auto range = address_of(network);
  return range && range->width == address.width &&
         (address.number & range->mask()) == range->network();
}

bool is_private(const Address& address) {
  for (const char* network : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"})
    if (is_within(address, network)) return true;
  return false;
}

Object no() { return Object(false); }

// One query on one address; false where it does not hold, as the filter answers.
Object answer(const Address& a, const std::string& text, const std::string& query) {
  const auto number = [&](Number n) { return Object(text_of_number(n, a.width)); };
  if (query.empty()) return Object(text);
  if (query == "bool") return Object(true);
  if (query == "address" || query == "ip")
    return a.has_prefix && !is_host(a) ? no() : number(a.number);
  if (query == "host") return is_host(a) ? Object(with_prefix(a.number, a)) : no();
  if (query == "network" || query == "network_id") return number(a.network());
  if (query == "net")
    return a.has_prefix && a.number == a.network() && a.prefix < a.width
               ? Object(with_prefix(a.network(), a))
               : no();
  if (query == "subnet" || query == "network/prefix" || query == "cidr")
    return Object(with_prefix(query == "cidr" ? a.number : a.network(), a));
  if (query == "host/prefix" || query == "address/prefix" || query == "ip/prefix" ||
      query == "gateway" || query == "gw")
    return a.has_prefix && is_host(a) ? Object(with_prefix(a.number, a)) : no();
  if (query == "netmask") return number(a.mask());
  if (query == "hostmask" || query == "wildcard") return number(a.all() & ~a.mask());
  if (query == "prefix") return Object(std::int64_t{a.prefix});
  if (query == "broadcast") return a.prefix + 1 < a.width ? number(a.last()) : no();
  if (query == "size") return Object(static_cast<std::int64_t>(a.last() - a.network() + 1));
  if (query == "first_usable" || query == "last_usable" || query == "range_usable") {
    if (a.prefix == a.width) return no();
    const bool has_ends = a.prefix + 1 < a.width;
    const Number first = a.network() + (has_ends ? 1 : 0),
                 last = a.last() - (has_ends && a.width == 32 ? 1 : 0);
    if (query == "range_usable")
      return Object(text_of_number(first, a.width) + "-" + text_of_number(last, a.width));
    return number(query == "first_usable" ? first : last);
  }
  if (query == "version") return Object(std::int64_t{a.width == 32 ? 4 : 6});
  if (query == "type") return Object(is_host(a) ? "address" : "network");
  if (query == "revdns" && a.width == 32) {
    auto parts = base::split(text_of_number(a.number, 32), '.');
    std::reverse(parts.begin(), parts.end());
    return Object(base::join(parts, ".") + ".in-addr.arpa.");
  }
  if (query == "int") return Object(static_cast<std::int64_t>(a.number));
  if (query == "private") return is_private(a) ? Object(text) : no();
  if (query == "public")
    return !is_private(a) && !is_within(a, "127.0.0.0/8") && !is_within(a, "169.254.0.0/16")
               ? Object(text)
               : no();
  if (query == "loopback" || query == "lo")
    return is_within(a, "127.0.0.0/8") || is_within(a, "::1/128") ? Object(text) : no();
  if (query == "multicast")
    return is_within(a, "224.0.0.0/4") || is_within(a, "ff00::/8") ? Object(text) : no();
  if (query == "link-local")
    return is_within(a, "169.254.0.0/16") || is_within(a, "fe80::/10") ? Object(text) : no();
  if (query == "wrap")
    return Object(a.width == 128 ? "[" + text_of_number(a.number, 128) + "]" +
                                       (a.has_prefix ? "/" + std::to_string(a.prefix) : "")
                                 : text);
  if (query.find_first_not_of("-0123456789") == std::string::npos) {
    const std::int64_t index = std::stoll(query);
    const Number chosen = index < 0 ? a.last() + 1 - static_cast<Number>(-index)
                                    : a.network() + static_cast<Number>(index);
    return chosen >= a.network() && chosen <= a.last() ? Object(with_prefix(chosen, a)) : no();
  }
  if (const auto range = address_of(query)) {
    const bool is_inside = range->width == a.width && a.prefix >= range->prefix &&
                           (a.number & range->mask()) == range->network();
    return is_inside ? Object(text) : no();
  }
  type_error("ipaddr: unknown filter type: " + query);
}

// A plain number is an address too, of 32 bits where it fits and no one asks for version 6; so is
// the beginning of one ("10.2" is 10.2.0.0).
std::optional<Address> address_in(const Object& value, int version) {
  const std::string text = text_of(value);
  const bool is_number = !text.empty() && text.size() < 19 &&
                         text.find_first_not_of("0123456789") == std::string::npos;
  if (is_number) {
    const std::int64_t number = std::stoll(text);
    Address address;
    address.number = static_cast<Number>(number);
    address.width = address.prefix = version == 6 || number > 0xFFFFFFFFLL ? 128 : 32;
    return address;
  }
  if (const auto address = address_of(text)) return address;
  const std::size_t slash = std::min(text.find('/'), text.size());
  std::vector<std::string> parts = base::split(text.substr(0, slash), '.');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  parts.resize(4, "0");
  return address_of(base::join(parts, ".") + text.substr(slash));
}

Object ipaddr_of(const Object& value, const std::string& query, int version) {
  value.require_defined();
  if (value.is_list()) {
    std::vector<Object> found;
    for (const Object& one : items_of(value)) {
      Object result = ipaddr_of(one, query, version);
      if (truth(result)) found.push_back(std::move(result));
    }
    return Object::list(std::move(found));
  }
  if (value.is_boolean()) return no();
  const bool has_address = value.is_string() || value.is_integer();
  if (!has_address || !truth(value)) return no();
  const auto address = address_in(value, version);
  if (!address || (version == 4 && address->width != 32) || (version == 6 && address->width != 128))
    return no();
  const std::string text = address->has_prefix ? with_prefix(address->number, *address)
                                               : text_of_number(address->number, address->width);
  return answer(*address, text, query);
}

Object ipaddr(const Call& call, int version) {
  const std::string filter = version == 0 ? "ipaddr" : "ipv" + std::to_string(version);
  const Object value = call.get(0, "value");
  value.require_defined();
  if (value.is_none() || value.is_dict() || value.is_real())
    type_error("Unrecognized type <<class '" + type_name(value) + "'>> for " + filter +
               " filter <value>");
  return ipaddr_of(value, call.text_or(1, "query", ""), version);
}

Object wrapped(const Object& value) {
  if (value.is_list()) {
    std::vector<Object> all;
    for (const Object& one : items_of(value)) all.push_back(wrapped(one));
    return Object::list(std::move(all));
  }
  const bool is_address = value.is_string() || (value.is_integer() && truth(value));
  const auto address = is_address ? address_in(value, 0) : std::nullopt;
  if (!address) return value;
  const bool shows_prefix = address->has_prefix || !value.is_string();
  const std::string text = text_of_number(address->number, address->width);
  return Object((address->width == 32 ? text : "[" + text + "]") +
                (shows_prefix ? "/" + std::to_string(address->prefix) : ""));
}

Object ipwrap(const Call& call) {
  const Object value = call.get(0, "value");
  value.require_defined();
  if (!value.is_string() && !value.is_list() && !value.is_boolean())
    type_error("Unrecognized type <<class '" + type_name(value) + "'>> for ipwrap filter <value>");
  return wrapped(value);
}

Address require_address(const std::string& text) {
  const auto address = address_of(text);
  if (!address) type_error("'" + text + "' is not an address or a network");
  return *address;
}

Object ipmath(const Call& call) {
  const Address address = require_address(call.text(0, "value"));
  const std::int64_t amount = call.integer_or(1, "amount", 0);
  const Number moved = amount < 0 ? address.number - static_cast<Number>(-amount)
                                  : address.number + static_cast<Number>(amount);
  return Object(text_of_number(moved & address.all(), address.width));
}

Object nthhost(const Call& call) {
  const Address address = require_address(call.text(0, "value"));
  const std::int64_t index = call.integer_or(1, "query", 0);
  const Number chosen = index < 0 ? address.last() + 1 - static_cast<Number>(-index)
                                  : address.network() + static_cast<Number>(index);
  return chosen <= address.last() ? Object(text_of_number(chosen, address.width)) : no();
}

// Without an index: how many subnets of that size; with it: that one.
Object ipsubnet(const Call& call) {
  const auto address = address_of(call.text(0, "value"));
  if (!address) return no();
  const std::string query = call.text_or(1, "query", "");
  if (query.empty()) return Object(with_prefix(address->network(), *address));
  if (query.find_first_not_of("0123456789") != std::string::npos)
    return ipaddr_of(call.get(0, "value"), query, 0);
  const int prefix = std::stoi(query);
  if (prefix > address->width) return no();
  Address smaller = *address;
  smaller.prefix = prefix;
  const Object index = call.get(2, "index");
  if (index.is_undefined() || text_of(index).empty() || text_of(index) == "x") {
    if (prefix < address->prefix) return Object(with_prefix(smaller.network(), smaller));
    return Object(
        std::to_string(static_cast<std::int64_t>(Number{1} << (prefix - address->prefix))));
  }
  const std::int64_t wanted = call.integer_or(2, "index", 0);
  if (prefix < address->prefix) return no();
  const Number step = Number{1} << (address->width - prefix),
               count = Number{1} << (prefix - address->prefix);
  const Number place =
      wanted < 0 ? count - static_cast<Number>(-wanted) : static_cast<Number>(wanted);
  return place < count ? Object(with_prefix(address->network() + place * step, smaller)) : no();
}

}  // namespace

FunctionTable network_filters() {
  return {
      {"ipaddr", [](const Call& c) { return ipaddr(c, 0); }},
      {"ipv4", [](const Call& c) { return ipaddr(c, 4); }},
      {"ipv6", [](const Call& c) { return ipaddr(c, 6); }},
      {"ipwrap", ipwrap},
      {"ipmath", ipmath},
      {"nthhost", nthhost},
      {"ipsubnet", ipsubnet},
  };
}

}  // namespace provisioner::jinja
