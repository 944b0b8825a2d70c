#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cli {

// Asks the nodes whose SSH answers for their hardware, and keeps what they tell: a plan is about
// disks as they are now. Returns why one that may answer has told nothing, by node; of one that is
// silent, what was found last is all that there is. The nodes want the variables of
// `ssh_variables`.
std::map<std::string, std::string> look_again(const RunWords& words,
                                              const std::vector<NamedNode>& nodes,
                                              store::NodeRecords& records);

}  // namespace provisioner::cli
