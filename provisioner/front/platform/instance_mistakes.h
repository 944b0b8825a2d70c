#pragma once

#include <cstddef>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/loaded_inventory.h"

namespace provisioner::platform {

// Adds what `cluster plan`, `gates run` and `handoff` find out about each instance from the
// inventory alone: no node is asked, nothing is read that commands keep or fetch. A place that has
// been told of is not told of again. Answers how many were looked at: one whose nodes a layer above
// has made another instance's is not. `loaded` was read without mistakes.
std::size_t instance_mistakes(const std::shared_ptr<cli::LoadedInventory>& loaded,
                              base::Diagnostics& diagnostics);

}  // namespace provisioner::platform
