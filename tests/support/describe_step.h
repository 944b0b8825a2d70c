#pragma once

#include <string>

#include "provisioner/node/wire/plan.h"

namespace provisioner::support {

// One line that says what a step does, for cases: "write /etc/x mode=0600", "run useradd -m bob".
std::string describe(const wire::Step& step);

}  // namespace provisioner::support
