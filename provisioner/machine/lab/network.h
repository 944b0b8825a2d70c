#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "provisioner/machine/lab/record.h"

namespace provisioner::lab {

void ensure_bridge(const Record& record);

// One end of a link on the bridge, the other as eth0 in the network namespace of a node's process.
struct Plug {
  Node node;
  int pid = 0;
};
void plug_in(const Record& record, const std::vector<Plug>& plugs);

void remove_links(const Record& record);  // the nodes' and the bridge

// For a node's own process, in its own network namespace: waits for eth0 and brings it up with its
// address.
void bring_up(const Record& record, const Node& node, std::chrono::seconds deadline);

// Which of the nodes' SSH servers greet us, asked at once, within `patience`.
std::vector<bool> answer_ssh(const std::vector<Node>& nodes, std::chrono::milliseconds patience);

}  // namespace provisioner::lab
