#pragma once

#include <string>

#include "provisioner/platform/handoff/instance.h"

namespace provisioner::handoff {

// README.md of a bundle, for the platform's team: what is in it, in which order it is used (`steps`
// come after those that are the same for all), the versions, how the gates came out.
std::string readme(const Instance& instance, const Files& files,
                   const std::vector<std::string>& steps);

}  // namespace provisioner::handoff
