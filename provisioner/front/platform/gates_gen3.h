#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/front/platform/gates_site.h"
#include "provisioner/platform/handoff/gen3.h"

namespace provisioner::platform {

// Variables that gates of Gen3 read.
std::vector<std::string> gen3_variables();

// What the bundle writes into values.yaml, so that no gate proves another server than that which
// Gen3 gets; nullopt where the inventory says nothing of Gen3. Mistakes are told by `handoff`: what
// has one is empty here.
std::optional<handoff::Gen3> gen3_of(const GatesSite& site);

// What their scripts are told.
std::string gen3_environment(const GatesSite& site);

}  // namespace provisioner::platform
