#pragma once

#include <string>

#include "provisioner/front/platform/gates_trials.h"

namespace provisioner::platform {

// A run of gates as the controller's own part of it sees it.
struct HereContext {
  const cli::RunWords& words;
  const GatesSite& site;
  std::string host, place;  // the node that scripts run on ("" for none), and their folder there
};

// Has a text in the folder of the run's scripts, under this name at once: one of them waits for it.
void give_script(const HereContext& at, const std::string& name, const std::string& text);

bool is_tried_here(const gates::Gate& gate);

// Adds what this controller tries of a gate itself, outside of the cluster. What it cannot try is
// lacking in that gate, and stops no other.
void try_here(Trials& trials, const HereContext& context, const gates::Gate& gate);

}  // namespace provisioner::platform
