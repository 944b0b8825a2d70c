#pragma once

#include <vector>

#include "provisioner/front/cluster/registry_site.h"
#include "provisioner/platform/handoff/instance.h"

namespace provisioner::platform {

// What the role `admission` has in the API, made of its own template. Throws Error.
std::vector<value::Value> admission_objects(const handoff::Instance& instance,
                                            const cluster::ReadRegistry& registry);

}  // namespace provisioner::platform
