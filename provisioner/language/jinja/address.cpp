// Addresses of IP: text, number, prefix length.

#include "provisioner/language/jinja/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"

namespace provisioner::jinja {
namespace {

std::optional<AddressNumber> parsed(const std::string& text, int& width) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
    width = 32;
  else if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
    width = 128;
  else
    return std::nullopt;
  AddressNumber number = 0;
  for (int at = 0; at < width / 8; ++at)
    number = number << 8U | bytes[static_cast<std::size_t>(at)];
  return number;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "10.2" -> "10.2.0.0"; numbers may have zeros in front.
std::string filled_up(const std::string& text) {
  std::vector<std::string> parts = base::split(text, '.');
  if (parts.size() > 4) return text;
  for (std::string& part : parts) {
    if (!is_digits(part)) return text;
    part.erase(0, std::min(part.find_first_not_of('0'), part.size() - 1));
  }
  parts.resize(4, "0");
  return base::join(parts, ".");
}

// A prefix length, a netmask or a mask of hosts; -1 for anything else.
int prefix_of(const std::string& text, int width) {
  if (is_digits(text)) return text.size() > 3 ? -1 : std::stoi(text);
  int mask_width = 0;
  const auto mask = parsed(text, mask_width);
  if (!mask || mask_width != width) return -1;
  for (int prefix = 0; prefix <= width; ++prefix) {
    const Address range{0, width, prefix};
    if (*mask == range.mask() || *mask == range.host_mask()) return prefix;
  }
  return -1;
}

// The digits of a number up to the largest address.
std::optional<AddressNumber> number_in(const std::string& digits) {
  AddressNumber number = 0;
  if (!is_digits(digits) || digits.size() > 39) return std::nullopt;
  for (const char digit : digits) {
    const AddressNumber next = number * 10 + static_cast<AddressNumber>(digit - '0');
    if (next / 10 != number) return std::nullopt;
    number = next;
  }
  return number;
}

int width_for(AddressNumber number) { return number > 0xFFFFFFFFU ? 128 : 32; }

// "3232235777/24": a number with a prefix length.
std::optional<AskedAddress> numbered_range(const std::string& text) {
  const std::vector<std::string> parts = base::split(text, '/');
  if (parts.size() != 2 || !is_digits(parts[1]) || parts[1].size() > 3) return std::nullopt;
  const auto number = number_in(parts[0]);
  if (!number) return std::nullopt;
  Address address{*number, width_for(*number), std::stoi(parts[1])};
  if (address.prefix > 32) address.width = 128;
  if (address.prefix > address.width) return std::nullopt;
  return AskedAddress{address, address.cidr(), true};
}

}  // namespace

bool Address::contains(const Address& other) const {
  return width == other.width && other.prefix >= prefix && (other.number & mask()) == network();
}

std::optional<AddressNumber> Address::at(std::int64_t index) const {
  const AddressNumber distance =
      index < 0 ? static_cast<AddressNumber>(-(index + 1)) : static_cast<AddressNumber>(index);
  if (distance > host_mask()) return std::nullopt;
  return index < 0 ? last() - distance : network() + distance;
}

std::string Address::ip() const { return address_text(number, width); }
std::string Address::cidr() const { return ip() + "/" + std::to_string(prefix); }

std::optional<Address> address_of(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string head = text.substr(0, slash);
  Address address;
  auto number = parsed(head, address.width);
  if (!number) number = parsed(filled_up(head), address.width);
  if (!number) return std::nullopt;
  address.number = *number;
  address.prefix = address.width;
  if (slash != std::string::npos) address.prefix = prefix_of(text.substr(slash + 1), address.width);
  const bool is_range = address.prefix >= 0 && address.prefix <= address.width;
  return is_range ? std::optional(address) : std::nullopt;
}

std::string address_text(AddressNumber number, int width) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  std::array<unsigned char, 16> bytes{};
  for (int at = 0; at < width / 8; ++at)
    bytes[static_cast<std::size_t>(at)] =
        static_cast<unsigned char>(number >> (width - 8 * (at + 1)) & 0xFF);
  inet_ntop(width == 32 ? AF_INET : AF_INET6, bytes.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::string address_text(AddressNumber number) { return address_text(number, width_for(number)); }

Object number_object(AddressNumber number) {
  if (number <= 0x7FFF'FFFF'FFFF'FFFFU) return Object(static_cast<std::int64_t>(number));
  std::string digits;
  for (; number != 0; number /= 10)
    digits += static_cast<char>('0' + static_cast<int>(number % 10));
  std::reverse(digits.begin(), digits.end());
  return Object(std::move(digits));
}

std::optional<AskedAddress> asked_address(const Object& object, int version) {
  const bool has_address = object.is_string() || object.is_integer();
  if (!has_address || !truth(object)) return std::nullopt;
  const std::string text = text_of(object);
  std::optional<AskedAddress> asked;
  if (is_digits(text)) {
    const auto number = number_in(text);
    if (!number) return std::nullopt;
    const int width = version == 6 ? 128 : width_for(*number);
    const Address address{*number, width, width};
    asked = AskedAddress{address, address.cidr(), false};
  } else if (const auto address = address_of(text)) {
    asked = AskedAddress{*address, text, text.find('/') != std::string::npos};
  } else {
    asked = numbered_range(text);
  }
  if (!asked || (version != 0 && (version == 4 ? 32 : 128) != asked->address.width))
    return std::nullopt;
  return asked;
}

}  // namespace provisioner::jinja
