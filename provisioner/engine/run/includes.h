#pragma once

#include <memory>
#include <string>
#include <vector>

#include "provisioner/engine/run/play_tree.h"
#include "provisioner/engine/run/task_result.h"

namespace provisioner::run {

// One include that several hosts ask for with equal file, arguments and variables: they go through
// its tasks together.
struct IncludeGroup {
  Include include;
  std::vector<std::string> hosts;
  std::string id;  // of the include's step, and a number
};

// Groups what the hosts of a round asked for, in the order it was first asked.
std::vector<IncludeGroup> group_includes(
    const Step& step, const std::vector<std::pair<std::string, std::vector<Include>>>& asked);

}  // namespace provisioner::run
