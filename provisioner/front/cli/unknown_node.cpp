// Nodes that nobody has seen.

#include "provisioner/front/cli/unknown_node.h"

#include "provisioner/base/base/edit_distance.h"

namespace provisioner::cli {

using base::Error;
using base::Kind;

Error unknown_node(const store::NodeRecords& records, const std::string& node) {
  const std::string near = base::suggestion(node, records.names());
  return Error(Kind::usage, "nothing is known of a node '" + node + "' yet")
      .set_hint((near.empty() ? "" : near + " Else: ") + "provisioner discover " + node);
}

}  // namespace provisioner::cli
