#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "provisioner/platform/access/access.h"
#include "provisioner/platform/access/reading.h"

namespace provisioner::access {

// The value of a quantity as Kubernetes writes them (apimachinery, resource.Quantity): "100m",
// "1.5", "64Gi"; nullopt for what is none, or less than nothing.
std::optional<double> value_of_quantity(std::string_view text);

// A namespace's `quota`, resources as ResourceQuota has them; nullptr asks for none.
std::vector<Amount> read_quota(const value::Value* quota, Reading& reading);

// A namespace's `limits`: {default, default_request, min, max}, each of cpu, memory and
// ephemeral-storage. What contradicts itself is a mistake, as it would be to the API.
Limits read_limits(const value::Value* limits, Reading& reading);

// A quota on what pods need not ask for has the API refuse all that do not; warns where nothing
// asks in their place.
void warn_of_silent_pods(const value::Value& quota, const Namespace& one, Reading& reading);

}  // namespace provisioner::access
