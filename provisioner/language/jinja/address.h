#pragma once

#include <optional>
#include <string>

#include "provisioner/language/jinja/object.h"

namespace provisioner::jinja {

__extension__ using AddressNumber = unsigned __int128;

// An address of IP with its prefix length: "10.0.0.5/24", "fd00::1".
struct Address {
  AddressNumber number = 0;
  int width = 32;  // 32 or 128 bits
  int prefix = 32;

  AddressNumber all() const { return width == 128 ? ~AddressNumber{0} : 0xFFFFFFFFU; }
  AddressNumber host_mask() const { return prefix == 0 ? all() : all() >> prefix; }
  AddressNumber mask() const { return all() & ~host_mask(); }
  AddressNumber network() const { return number & mask(); }
  AddressNumber last() const { return number | host_mask(); }
  bool is_single() const { return prefix == width; }
  bool is_network() const { return !is_single() && number == network(); }
  // The last address of a range of IPv4 with three addresses or more is no host.
  bool has_broadcast() const { return width == 128 || width - prefix > 1; }
  bool contains(const Address& other) const;
  // The address at a place, from the end where it is negative; nullopt outside.
  std::optional<AddressNumber> at(std::int64_t index) const;

  std::string ip() const;
  std::string cidr() const;  // with the prefix length
};

// "10.0.0.5", "10.2" (10.2.0.0), "10.0.0.5/24", "10.0.0.5/255.255.255.0", "fd00::1/64".
std::optional<Address> address_of(const std::string& text);

// "a.b.c.d" or "a:b::c" of a number; of one that fits into 32 bits where no width is told, as
// Python's netaddr.IPAddress(number) has it.
std::string address_text(AddressNumber number, int width);
std::string address_text(AddressNumber number);

// A number beyond 64 bits is its digits.
Object number_object(AddressNumber number);

// An address that a filter was given, and in which words.
struct AskedAddress {
  Address address;
  std::string written;
  bool has_prefix = false;
};

// As ansible.utils' ipaddr reads a text or number; `version` is 4, 6, or 0 for either.
std::optional<AskedAddress> asked_address(const Object& object, int version);

// One query of ansible.utils' ipaddr ("network", "netmask", "10.0.0.0/8", "5"), of an address;
// None or false where it does not hold.
Object address_query(const AskedAddress& asked, const std::string& query);

}  // namespace provisioner::jinja
