// ansible.utils' filters on addresses and networks.

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

#include "provisioner/language/jinja/address.h"
#include "provisioner/language/jinja/filter_tables.h"

namespace provisioner::jinja {
namespace {

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
  const auto asked = asked_address(value, version);
  return asked ? address_query(*asked, query) : Object(false);
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

// Alone, an address is brought to its usual form first; in a list it stays as it was written.
Object wrapped(const Object& value, bool is_alone) {
  if (value.is_list()) {
    std::vector<Object> all;
    for (const Object& one : items_of(value)) all.push_back(wrapped(one, false));
    return Object::list(std::move(all));
  }
  auto asked = asked_address(value, 0);
  if (!asked) return value;
  if (is_alone) asked->written = text_of(address_query(*asked, ""));
  return address_query(*asked, "wrap");
}

Object ipwrap(const Call& call) {
  const Object value = call.get(0, "value");
  value.require_defined();
  if (!value.is_string() && !value.is_list() && !value.is_boolean())
    type_error("Unrecognized type <<class '" + type_name(value) + "'>> for ipwrap filter <value>");
  return wrapped(value, true);
}

// "10.2" is 10.0.0.2 here, as inet_aton has it.
std::optional<Address> plain_address(const std::string& text) {
  in_addr old{};
  const bool is_range = text.find('/') != std::string::npos;
  if (!is_range && inet_aton(text.c_str(), &old) != 0) return Address{ntohl(old.s_addr), 32, 32};
  return address_of(text);
}

Object ipmath(const Call& call) {
  const std::string text = call.text(0, "value");
  const auto address = plain_address(text);
  if (!address) type_error("You must pass a valid IP address; " + text + " is invalid");
  const std::int64_t amount = call.integer_or(1, "amount", 0);
  const AddressNumber distance = amount < 0 ? static_cast<AddressNumber>(-(amount + 1)) + 1
                                            : static_cast<AddressNumber>(amount);
  const bool fits = distance <= (amount < 0 ? address->number : address->all() - address->number);
  if (!fits) type_error("result outside valid IP address boundary!");
  return Object(address_text(amount < 0 ? address->number - distance : address->number + distance,
                             address->width));
}

Object nthhost(const Call& call) {
  const auto asked = asked_address(call.get(0, "value"), 0);
  const std::string query = call.text_or(1, "query", "");
  const bool is_number = query.find_first_not_of("-0123456789") == std::string::npos;
  if (!asked || query.empty() || query.size() > 18 || !is_number) return Object(false);
  const std::int64_t index = std::stoll(query);
  const auto chosen = asked->address.at(index);
  if (!chosen && index < 0) type_error("index out range for address range size!");
  return chosen ? Object(address_text(*chosen, asked->address.width)) : Object(false);
}

// The networks around an address from a prefix length on, the widest first.
Object supernet(const Address& address, int prefix, std::int64_t index) {
  const std::int64_t count = address.prefix - prefix;
  const std::int64_t place = index < 0 ? index + count : index;
  if (place < 0 || place >= count) type_error("list index out of range");
  Address wider = address;
  wider.prefix = prefix + static_cast<int>(place);
  wider.number = wider.network();
  return Object(wider.cidr());
}

// The network with a longer prefix at a place of the range.
Object subnet(const Address& range, int prefix, std::int64_t index) {
  const int bits = prefix - range.prefix;
  const Address places{0, 128, std::clamp(128 - bits, 0, 128)};
  if (bits < 0 && index != 0) return Object(false);
  const auto place = places.at(index);
  if (!place) return Object(false);
  const AddressNumber step = *place == 0 ? 0 : *place << (range.width - prefix);
  return Object(Address{range.network() + step, range.width, prefix}.cidr());
}

// At which place of a wider network a range lies, from 1 on.
Object rank(const Address& range, const std::string& text) {
  const auto wider = asked_address(Object(text), 0);
  if (!wider) type_error("You must pass a valid subnet or IP address; " + text + " is invalid");
  const Address& around = wider->address;
  if (!around.contains(range))
    type_error(range.cidr() + " is not in the subnet " +
               Address{around.network(), around.width, around.prefix}.cidr());
  const AddressNumber place = (range.number & around.host_mask()) >> (range.width - range.prefix);
  return Object(text_of(number_object(place + 1)));
}

Object ipsubnet(const Call& call) {
  const auto asked = asked_address(call.get(0, "value"), 0);
  if (!asked) return Object(false);
  Address range = asked->address;
  range.number = range.network();
  const std::string query = call.text_or(1, "query", "");
  if (query.empty()) return Object(range.cidr());
  if (query.find_first_not_of("0123456789") != std::string::npos) return rank(range, query);
  const int prefix = query.size() > 3 ? 999 : std::stoi(query);
  if (prefix > range.width) return Object(false);
  const Object index = call.get(2, "index");
  const bool has_index = !index.is_undefined() && !index.is_none();
  if (range.is_single()) return supernet(range, prefix, call.integer_or(2, "index", 0));
  if (has_index) return subnet(range, prefix, call.integer_or(2, "index", 0));
  if (prefix < range.prefix) type_error("Requested subnet size of " + query + " is invalid");
  return Object(text_of(number_object(AddressNumber{1} << (prefix - range.prefix))));
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
