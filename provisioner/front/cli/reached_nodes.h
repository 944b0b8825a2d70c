#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cli {

// Nodes that can be asked over SSH, and those whose port gives no sign. Who is behind another is
// among the first: only a connection tells more.
struct Reached {
  std::vector<std::string> awake;
  std::vector<NamedNode> silent;
};

// Asks the SSH ports of all of them at once, half a minute at most; they must have been asked for
// `ssh_variables`. Where nobody knows where a node's port is, `problems` says why: it is neither.
Reached reach(const std::vector<NamedNode>& nodes, std::map<std::string, std::string>& problems);

}  // namespace provisioner::cli
