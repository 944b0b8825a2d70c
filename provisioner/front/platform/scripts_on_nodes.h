#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "provisioner/front/cli/run_words.h"

namespace provisioner::platform {

// A script for sh as it stands, of any length, run by root; NODE is the node's name there.
struct NodeScript {
  std::vector<std::string> nodes;
  std::string script;
  std::chrono::seconds longest;
};

// What it prints on each node that answers and where it ends well, over the engine's connections.
std::map<std::string, std::string> script_answers(const cli::RunWords& words,
                                                  const NodeScript& script);

}  // namespace provisioner::platform
