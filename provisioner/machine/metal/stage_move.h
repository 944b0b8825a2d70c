#pragma once

#include <string>

#include "provisioner/base/store/node_records.h"
#include "provisioner/machine/metal/life_cycle.h"

namespace provisioner::metal {

// Moves a node one step in its life, as far as the table allows that from where it is at this
// moment; a node of which nothing is known is `enrolled`. Otherwise nothing is changed, the flight
// recorder has a line, and Error(refused) tells where it is and where it may go.
void move_node(store::NodeRecords& records, const std::string& node, Stage to,
               const std::string& detail, const std::string& changed_by);

// Undoes a step to `armed` of which nothing came: the node is what it was before, and since then.
// False, and nothing is changed, where it is not armed any more.
bool put_back(store::NodeRecords& records, const store::NodeState& before);

// When anything was last heard of a node in its state: its deadline counts from there.
store::WallTime last_sign(const store::NodeRecords& records, const store::NodeState& state);

}  // namespace provisioner::metal
