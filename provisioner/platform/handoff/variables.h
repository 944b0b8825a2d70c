#pragma once

#include "provisioner/base/base/error.h"
#include "provisioner/platform/handoff/instance.h"

namespace provisioner::handoff {

// Whether the variables of the instance that parts of a bundle are made of have the forms that they
// are read in; what is ours and looked at before (pools, classes, volumes) is not looked at again.
void check_variables(const Instance& instance, base::Diagnostics& diagnostics);

}  // namespace provisioner::handoff
