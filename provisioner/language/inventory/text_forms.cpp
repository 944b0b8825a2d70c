// The forms that texts of node keys have.

#include "provisioner/language/inventory/text_forms.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/addresses.h"

namespace provisioner::inventory {
namespace {

// Schemes for which there are drivers.
constexpr std::array<std::string_view, 5> bmc_schemes = {"redfish", "redfish+https",
                                                         "redfish+http", "ipmi", "libvirt"};

bool is_bmc_url(std::string_view text) {
  const auto url = read_url(text);
  return url && std::find(bmc_schemes.begin(), bmc_schemes.end(), url->scheme) != bmc_schemes.end();
}

// The kernel's rules: no slash, no colon, no blank, and room for 15 bytes.
bool is_link_name(std::string_view text) {
  return !text.empty() && text.size() <= 15 && text != "." && text != ".." &&
         text.find_first_of("/: \t\n") == std::string_view::npos;
}

bool matches(const char* pattern, std::string_view text) {
  return base::Regex(pattern).match_start(text).has_value();
}

bool is_network(std::string_view text) {
  const auto subnet = read_subnet(text);
  return subnet && subnet->is_network();
}

bool is_mac(std::string_view text) {
  static const base::Regex mac("^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$");
  return mac.match_start(text).has_value();
}

// 64 or 128 bits of a name, as lsblk, udev or a label show it.
bool is_wwn(std::string_view text) {
  static const base::Regex wwn(R"(^(0x|naa\.|eui\.|wwn-0x)?([0-9a-fA-F]{16}|[0-9a-fA-F]{32})$)");
  return wwn.match_start(text).has_value();
}

}  // namespace

std::string_view describe(Form form) {
  switch (form) {
    case Form::text:
      return "a text";
    case Form::boolean:
      return "true or false";
    case Form::integer:
      return "a whole number";
    case Form::word:
      return "one of its words";
    case Form::host_name:
      return "a host name as n01, without its domain";
    case Form::domain_name:
      return "a domain name as ls.example.org";
    case Form::link_name:
      return "the name of a network link, of at most 15 characters";
    case Form::path:
      return "an absolute path";
    case Form::mac:
      return "a MAC address as 00:00:5e:00:53:01";
    case Form::wwn:
      return "a WWN as 0x5000c500a1000011, of 16 or 32 hex digits";
    case Form::address:
      return "an IP address as 10.21.0.11";
    case Form::address_in_subnet:
      return "an IP address with its prefix as 10.21.0.11/24";
    case Form::subnet:
      return "a subnet as 10.21.0.0/24";
    case Form::route_target:
      return "a subnet as 10.30.0.0/16, or default";
    case Form::bmc_url:
      return "a URL as redfish://10.20.0.11, with redfish, redfish+https, redfish+http, ipmi or "
             "libvirt";
    case Form::key_pin:
      return "the SHA-256 of a public key as sha256//BASE64=";
    case Form::secret:
      return "a text under a vault, or a template";
    case Form::entries:
      return "a dict";
    case Form::list:
      return "a list";
  }
  return "";
}

bool has_form(Form form, std::string_view text) {
  switch (form) {
    case Form::host_name:
      return matches("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$", text);
    case Form::domain_name:
      return matches(
          "^([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-"
          "Za-z0-9])?)*$",
          text);
    case Form::link_name:
      return is_link_name(text);
    case Form::path:
      return text.starts_with('/');
    case Form::mac:
      return is_mac(text);
    case Form::wwn:
      return is_wwn(text);
    case Form::address:
      return read_address(text).has_value();
    case Form::address_in_subnet:
      return read_subnet(text).has_value();
    case Form::subnet:
      return is_network(text);
    case Form::route_target:
      return text == "default" || is_network(text);
    case Form::bmc_url:
      return is_bmc_url(text);
    case Form::key_pin:
      return matches("^sha256//[A-Za-z0-9+/]{43}=$", text);
    default:
      return true;
  }
}

std::string plain_mac(std::string_view text) { return base::lower_case(text); }

std::string plain_wwn(std::string_view text) {
  std::string digits = base::lower_case(text);
  for (const std::string_view prefix : {"wwn-", "0x", "naa.", "eui."})
    if (digits.starts_with(prefix)) digits.erase(0, prefix.size());
  return digits;
}

bool is_plain_path(std::string_view text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-.";
  return text.starts_with('/') && text.find_first_not_of(plain) == text.npos &&
         text.find("..") == text.npos;
}

}  // namespace provisioner::inventory
