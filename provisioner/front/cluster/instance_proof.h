#pragma once

#include <optional>
#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cluster/known_instances.h"
#include "provisioner/platform/gates/proof.h"

namespace provisioner::cluster {

// How an instance's gates came out last, by this controller's state; nullopt where nobody has run
// them. Throws Error with the file for a record that cannot be read.
std::optional<gates::Proof> gates_record(const std::string& name);

// Why something does not stand, as one sentence: what is wrong, with its place and without a line
// of the file.
std::string placed_sentence(const base::Error& error);

struct ProofObjection {
  std::string text;            // a sentence
  bool is_unreadable = false;  // nobody can tell: the record or the lock cannot be read
};

// What stands against following an instance: gates::objection_to, by its platform's gates, its lock
// beside the inventory, its variable `gates_valid_hours` (168) and the clock. A record or a lock
// that cannot be read is an objection, too. Throws Error(input) for mistakes of the inventory.
std::optional<ProofObjection> proof_objection(const cli::LoadedInventory& loaded,
                                              const KnownInstance& one);

}  // namespace provisioner::cluster
