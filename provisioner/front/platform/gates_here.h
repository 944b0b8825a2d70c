#pragma once

#include <vector>

#include "provisioner/front/platform/gates_trials.h"

namespace provisioner::platform {

// Adds what this controller tries itself, outside of the cluster. What it cannot try is lacking in
// that gate, and stops no other.
void try_here(Trials& trials, const cli::RunWords& words, const GatesSite& site,
              const std::vector<gates::Gate>& some);

}  // namespace provisioner::platform
