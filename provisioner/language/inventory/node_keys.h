#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace provisioner::inventory {

// The top-level variables that describe a node and are checked against the schema
// (docs/manual-inventory.md).
const std::vector<std::string>& node_keys();
bool is_node_key(std::string_view name);

}  // namespace provisioner::inventory
