#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace provisioner::image {

// Names of modules that a RAM disk is to have where the kernel has them.
const std::vector<std::string>& modules_for_metal();

// Of those that a kernel has as modules and not built in, the paths as in modules.dep(5), each one
// once and behind all that it needs.
std::vector<std::string> modules_in_order(std::string_view modules_dep,
                                          const std::vector<std::string>& names);

}  // namespace provisioner::image
