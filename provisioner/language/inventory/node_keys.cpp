// Names of the typed keys.

#include "provisioner/language/inventory/node_keys.h"

#include <algorithm>

namespace provisioner::inventory {

const std::vector<std::string>& node_keys() {
  static const std::vector<std::string> keys{"hardware", "bmc",     "disks",   "deploy", "roles",
                                             "networks", "network", "storage", "lab"};
  return keys;
}

bool is_node_key(std::string_view name) {
  return std::find(node_keys().begin(), node_keys().end(), name) != node_keys().end();
}

}  // namespace provisioner::inventory
