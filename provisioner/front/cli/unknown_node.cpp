// Nodes that nobody has seen.

#include "provisioner/front/cli/unknown_node.h"

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"

namespace provisioner::cli {

using base::Error;
using base::Kind;

Error unknown_node(const store::NodeRecords& records, const std::string& node) {
  const std::vector<std::string> names = records.names();
  const std::string look = "provisioner discover " + node;
  if (std::ranges::find(names, node) != names.end())
    return Error(Kind::usage, "'" + node + "' has no state yet").set_hint(look);
  const std::string near = base::suggestion(node, names);
  return Error(Kind::usage, "nothing is known of a node '" + node + "' yet")
      .set_hint((near.empty() ? "" : near + " Else: ") + look);
}

}  // namespace provisioner::cli
