#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/front/cluster/known_instances.h"
#include "provisioner/platform/gates/proof.h"

namespace provisioner::cluster {

// How an instance's gates came out last, by this controller's state; nullopt where nobody has run
// them. Throws Error(input) for a record that cannot be read.
std::optional<gates::Proof> gates_record(const std::string& name);

// What stands against following an instance: gates::objection_to, by its lock beside the
// inventory, its variable `gates_valid_hours` (168) and the clock.
std::optional<std::string> proof_objection(const cli::LoadedInventory& loaded,
                                           const KnownInstance& one);

}  // namespace provisioner::cluster
