#pragma once

#include <string>
#include <vector>

#include "provisioner/front/platform/gates_here.h"

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

// P-13: has Phalanx's own command look at the files of the bundle, laid over a copy of the fork.
std::vector<gates::Line> try_phalanx_files(const HereContext& context);

}  // namespace provisioner::platform
