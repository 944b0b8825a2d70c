#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/front/cli/burnin_play.h"
#include "provisioner/front/cli/discover_facts.h"
#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cli {

// What a burn-in came to. In `told` are the facts of nodes, with the fact `burnin`: by part what
// was measured, when (`time`) and for how long (`seconds`).
struct Burned {
  ToldFacts told;
  bool is_stopped = false;  // by a signal: what was found is not whole
};

// Loads the nodes, as many at a time as --forks says, and measures what lies between those that
// answered. Changes nothing on them. A signal, or too much time, ends it at once, on the nodes too.
Burned burn_in(const NodeWords& words, const std::vector<NamedNode>& nodes,
               const BurninWish& wish, const std::string& interface);

// The node's own address in the network that is to be measured: of the interface of that name, or
// where none is given what SSH is told to call, or the first that the inventory has. "" for none.
std::string burnin_address(const NamedNode& node, const std::string& interface);

}  // namespace provisioner::cli
