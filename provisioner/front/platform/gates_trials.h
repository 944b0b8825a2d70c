#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "provisioner/front/platform/gates_site.h"
#include "provisioner/platform/gates/trial.h"

namespace provisioner::platform {

using Trials = std::map<std::string, gates::Trial>;  // by the gate's identity

// What a script of gates, which knows its node as NODE, prints on each node that answers.
std::map<std::string, std::string> script_answers(const cli::RunWords& words,
                                                  const std::vector<std::string>& nodes,
                                                  const std::string& script,
                                                  std::chrono::seconds longest);

// Lines that were said for a gate. What is no line keeps this one gate from being judged, and no
// other.
std::vector<gates::Line> lines_said(gates::Trial& trial, std::string_view said,
                                    const std::string& node);

// Adds what the scripts of nodes tell, all nodes at once; one that is silent is wrong.
void ask_nodes_for(Trials& trials, const cli::RunWords& words, const GatesSite& site,
                   const std::vector<gates::Gate>& some);

// Adds what was once found of the machines, and is kept here.
void add_hardware(Trials& trials, const GatesSite& site, const std::vector<gates::Gate>& some);

}  // namespace provisioner::platform
