#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "provisioner/machine/lab/record.h"

namespace provisioner::lab {

// "10.79.0.0/24" of "10.79.0.1/24"; throws Error(usage) for what is no IPv4 address with a prefix.
std::string subnet_text(const std::string& gateway);

// Throws Error(refused) where another lab has the bridge, or another link is in its network.
void refuse_taken_network(const std::string& bridge, const std::string& gateway);

void ensure_bridge(const Record& record);  // with the links of running nodes on it

// One end of a link on the bridge, the other as eth0 in the network namespace of a node's process.
struct Plug {
  Node node;
  int pid = 0;
};
void plug_in(const Record& record, const std::vector<Plug>& plugs);
bool is_plugged_in(const Record& record, const std::string& node);
void bring_up_from_outside(const Record& record, const Plug& plug);  // a node that runs already

void remove_links(const Record& record);  // the nodes' and the bridge

// For a node's own process, in its own network namespace, which outlives a power cycle: takes away
// what a real node would not find again, and brings eth0 up as at first.
void forget_network(const Record& record, const Node& node);

// For a node's own process, in its own network namespace: waits for eth0 and brings it up with its
// address.
void bring_up(const Record& record, const Node& node, std::chrono::seconds deadline);

}  // namespace provisioner::lab
