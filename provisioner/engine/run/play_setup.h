#pragma once

#include <string>
#include <vector>

#include "provisioner/engine/run/run_state.h"

namespace provisioner::run {

// What is decided when a play begins.
struct PlaySetup {
  std::string name;                // the play's, or its hosts where it has none
  std::vector<std::string> hosts;  // that match, in the inventory's order, within the limit
  std::vector<std::vector<std::string>> batches;  // by `serial`, in the play's order
};

// The hosts that a play is for, as its pattern and the limit say, in the inventory's order. Names
// that match nothing are warnings. Throws Error(input).
struct Selection {
  std::string pattern;
  std::vector<std::string> hosts;
};
Selection selected_hosts(const World& world, const playbook::Play& play, base::Diagnostics& found);

// Resolves a play's own keywords, selects its hosts, reads its vars_files. Throws Error(input).
PlaySetup set_up_play(RunState& run, const playbook::Play& play);

// Hosts in batches by `serial`: numbers and percentages, the last one repeated.
std::vector<std::vector<std::string>> batches_of(const std::vector<std::string>& hosts,
                                                 const std::vector<value::Value>& serial);

}  // namespace provisioner::run
