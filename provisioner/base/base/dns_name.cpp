// Names of DNS, and what else is made as they are.

#include "provisioner/base/base/dns_name.h"

#include <algorithm>

#include "provisioner/base/base/text.h"

namespace provisioner::base {
namespace {

bool is_label(std::string_view text, std::size_t longest) {
  const auto is_sign = [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-';
  };
  return !text.empty() && text.size() <= longest && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, is_sign);
}

}  // namespace

bool is_dns_name(std::string_view text, const NameBounds& bounds) {
  return text.size() <= bounds.longest &&
         std::ranges::all_of(split(text, '.'), [&](const std::string& label) {
           return is_label(label, bounds.longest_label);
         });
}

bool is_dns_label(std::string_view text) { return is_label(text, NameBounds().longest_label); }

}  // namespace provisioner::base
