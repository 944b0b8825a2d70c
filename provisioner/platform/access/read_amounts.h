#pragma once

#include <vector>

#include "provisioner/base/value/strict_dict.h"
#include "provisioner/platform/access/access.h"

namespace provisioner::access {

// A namespace's `quota`, resources as ResourceQuota has them.
std::vector<Amount> read_quota(value::StrictDict& name_space);

// A namespace's `limits`: {default, default_request, min, max}, each of cpu, memory and
// ephemeral-storage. What contradicts itself is a mistake, as it would be to the API.
Limits read_limits(value::StrictDict& name_space);

// A quota on what pods need not ask for has the API refuse all that do not; warns where nothing
// asks in their place.
void warn_of_silent_pods(const Namespace& one, value::StrictDict& name_space);

}  // namespace provisioner::access
