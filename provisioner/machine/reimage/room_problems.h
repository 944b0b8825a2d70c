#pragma once

#include <string>
#include <vector>

#include "provisioner/base/chunk/manifest.h"
#include "provisioner/language/inventory/effective_node.h"
#include "provisioner/machine/reimage/disk_plan.h"

namespace provisioner::reimage {

// Which of the disks that the plan erases are too small for the image and what the node's layout
// puts beside it: a sentence each. The RAM disk judges by the same numbers (chunk/disk_room.h).
std::vector<std::string> room_problems(const inventory::Node& node, const chunk::Manifest& image,
                                       const DiskPlan& plan);

}  // namespace provisioner::reimage
