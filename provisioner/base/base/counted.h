#pragma once

#include <concepts>
#include <string>

namespace provisioner::base {

// "1 disk", "2 disks".
template <std::integral Count>
std::string counted(Count count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace provisioner::base
