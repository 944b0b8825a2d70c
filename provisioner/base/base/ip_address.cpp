// Addresses of machines.

#include "provisioner/base/base/ip_address.h"

#include <arpa/inet.h>

#include "provisioner/base/base/dns_name.h"
#include "provisioner/base/base/text.h"

namespace provisioner::base {
namespace {

bool is_of(int family, const std::string& text) {
  in6_addr bytes{};  // the larger of the two
  return text.find('\0') == std::string::npos && ::inet_pton(family, text.c_str(), &bytes) == 1;
}

}  // namespace

bool is_ipv4_address(const std::string& text) { return is_of(AF_INET, text); }

bool is_ip_address(const std::string& text) {
  return is_ipv4_address(text) || is_of(AF_INET6, text);
}

bool is_host(const std::string& text) {
  if (is_ip_address(text)) return true;
  if (!is_dns_name(replace_all(lower_case(text), "_", "0"))) return false;
  return text.substr(text.rfind('.') + 1).find_first_not_of("0123456789") != std::string::npos;
}

}  // namespace provisioner::base
