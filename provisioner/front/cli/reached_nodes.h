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
  std::vector<NamedNode> behind;  // those of `awake` that are behind another
};

// Asks the SSH ports of all of them at once, a port for 17 s at most beside the time for its name;
// they must have been asked for `ssh_variables`. Where nobody knows where a node's port is, or its
// tasks run on this machine, `problems` says so: it is neither.
Reached reach(const std::vector<NamedNode>& nodes, std::map<std::string, std::string>& problems);

}  // namespace provisioner::cli
