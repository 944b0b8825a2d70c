#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/platform/instance/site_networks.h"

namespace provisioner::cli {

// What the inventory of these nodes has beside their instance: addresses of machines, and where
// other instances' APIs are. Without inventory, and of what cannot be evaluated, there is nothing.
instance::Around instance_around(const std::string& instance, const std::vector<NamedNode>& nodes);

// Of a node, by what its variable `stage_name` says or else its group `stage_NAME`, and where.
struct SaidStage {
  std::string name;
  base::Pos pos;
};
SaidStage stage_of(const inventory::Inventory* inventory, const std::string& node,
                   const value::Value* said);

}  // namespace provisioner::cli
