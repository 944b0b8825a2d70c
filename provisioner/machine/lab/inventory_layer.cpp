// How a lab is reached, as an inventory.

#include "provisioner/machine/lab/inventory_layer.h"

#include "provisioner/base/value/json.h"
#include "provisioner/machine/lab/network.h"

namespace provisioner::lab {

std::string inventory_layer(const Record& record) {
  std::string text =
      "# Written by `provisioner lab up`; above the site's inventory and inventory/lab.\n"
      "this_lab:\n"
      "  hosts:\n";
  const std::string controller = record.gateway.substr(0, record.gateway.find('/'));
  for (const Node& node : record.nodes) {
    const value::Dict said{{"ansible_host", node.address},
                           {"lab_directory", record.directory},
                           {"lab_controller", controller},
                           {"lab_subnet", subnet_text(record.gateway)}};
    text += "    " + node.name + ": " + value::write_json(said, {}) + "\n";
  }
  return text;
}

}  // namespace provisioner::lab
