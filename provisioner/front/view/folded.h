#pragma once

#include <string>
#include <vector>

namespace provisioner::view {

// Names as people write them: "n[01-17],n20" for names that differ only in their last number. Each
// name once, in order.
std::string folded(std::vector<std::string> names);

}  // namespace provisioner::view
