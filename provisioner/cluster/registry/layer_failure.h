#pragma once

#include <chrono>
#include <string>

#include "provisioner/base/base/error.h"

namespace provisioner::registry {

// Why a layer could not be looked into, which lies in the file `archive`, with the next step:
// it takes longer than it may;
base::Error too_slow_layer(const std::string& archive, std::chrono::milliseconds patience);
// what has to lie in `path` for it cannot. `code` is of errno.
base::Error unkept_layer(const std::string& archive, const std::string& path, int code);

}  // namespace provisioner::registry
