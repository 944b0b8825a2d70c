#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/base/value/value.h"

namespace provisioner::profile {

// An address that a node or the API has already, and what it is for.
struct TakenAddress {
  std::string address, of;
};

// The inventory's `load_balancer_pools`: a list of {name, addresses, visibility}, where an address
// is "10.23.0.200-10.23.0.219" or "10.23.0.208/28" (IPv4), and visibility says for whom: "inward"
// or "external". Mistakes: what is no range, two pools with a common address or name, an address
// that is taken. `wanted` is the visibility that a pool must be for; "" asks for none.
void check_pools(const value::Value& pools, const std::string& wanted,
                 const std::vector<TakenAddress>& taken, base::Diagnostics& diagnostics);

// A mistake where the address that is said behind the key is one that none of these pools has:
// nobody would get it. Of pools, and of an address, that can be none nothing is told here.
void check_asked_address(value::StrictDict& said, const char* key, const value::Value& pools);

}  // namespace provisioner::profile
