#pragma once

#include <string>

#include "provisioner/base/base/dns_name.h"
#include "provisioner/base/base/ip_address.h"
#include "provisioner/base/value/strict_dict.h"

namespace provisioner::profile {

// What Kubernetes takes for a name (apimachinery, IsDNS1123Subdomain): as long as all of it may be,
// so may be its parts.
inline constexpr base::NameBounds of_an_object{.longest = 253, .longest_label = 253};

// A mistake where `name`, which stands behind the key, is none.
inline void check_object_name(value::StrictDict& said, const char* key, const std::string& name) {
  if (!base::is_dns_name(name, of_an_object))
    said.add("'" + name + "' cannot be a name in Kubernetes", key,
             "lower-case letters, digits, '-' and '.', a letter or digit at both ends");
}

// The same of the host that Phalanx's pods are told to find Qserv at: a name of DNS, or an address
// of IPv4.
inline void check_phalanx_qserv(value::StrictDict& said) {
  const std::string name = said.text("phalanx_qserv");
  const bool is_one = base::is_dns_name(name) && base::is_host(name);
  if (!name.empty() && !is_one)
    said.add("'" + name + "' is no name of DNS", "phalanx_qserv",
             "a host alone, without scheme and port: phalanx_qserv: qserv.example.org");
}

}  // namespace provisioner::profile
