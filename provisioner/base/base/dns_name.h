#pragma once

#include <cstddef>
#include <string_view>

namespace provisioner::base {

// How long a name may be: of DNS (RFC 1123), unless somebody asks for less or knows more.
struct NameBounds {
  std::size_t longest = 253, longest_label = 63;
};

// Labels with dots between; a label is of a-z, 0-9 and inner hyphens.
bool is_dns_name(std::string_view text, const NameBounds& bounds = {});

// One of those, as Kubernetes takes for a namespace.
bool is_dns_label(std::string_view text);

}  // namespace provisioner::base
