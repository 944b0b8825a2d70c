#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/secret.h"
#include "provisioner/front/platform/gates_here.h"
#include "provisioner/platform/handoff/bundle.h"

namespace provisioner::platform {

// Variables that gates of Phalanx read.
std::vector<std::string> phalanx_variables();

// What their scripts are told, on the control-plane node and on each node.
std::string phalanx_environment(const GatesSite& site);
std::string phalanx_node_environment(const GatesSite& site, const std::string& node);

// Those that take notebooks: with Nublado's label, or all workers where none has it.
std::vector<std::string> notebook_nodes(const GatesSite& site);

// P-4: gives its script the certificate that the site has bought, of a file beside the inventory or
// of Vault.
std::vector<gates::Line> give_certificate(const HereContext& context);

// A checkout of the fork, and what the bundle lays over a copy of it.
struct PhalanxFork {
  std::string checkout, environment;
  std::string programs;  // a folder that is first on the path of Phalanx's command
  handoff::Files files = {};
  base::Secret token = {};  // of Vault, for an audit of secrets; empty: none is asked for
};
// Throws Error where there is no such checkout, or no command.
std::vector<gates::Line> lines_of(const PhalanxFork& fork);

// P-13: has Phalanx's own command look at the files of the bundle, laid over a copy of the fork.
std::vector<gates::Line> try_phalanx_files(const HereContext& context);

}  // namespace provisioner::platform
