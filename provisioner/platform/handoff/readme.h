#pragma once

#include <string>

#include "provisioner/platform/handoff/instance.h"

namespace provisioner::handoff {

// README.md of a bundle, for the platform's team: what is in it, in which order it is used, the
// versions, how the gates came out.
std::string readme(const Instance& instance, const Files& files);

}  // namespace provisioner::handoff
