#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cli {

inline constexpr const char* never_seen = "its hardware was never looked at";

// What was last found of a node, with the last burn-in of the same machine.
std::optional<store::HardwareRecord> known_hardware(const store::NodeRecords& records,
                                                    const std::string& node);

// What is stored of nodes, held against what must be; what peers alone see is left out.
struct HardwareState {
  struct Difference {
    std::string node, part, is, should;
  };
  std::vector<Difference> differences;
  std::map<std::string, std::string> unknown;  // by node: why nothing can be said of it
};
// Shows nothing, changes nothing. Throws Error(input) where a specification is wrong.
HardwareState hardware_state(const std::vector<NamedNode>& nodes);

struct CheckWords {
  enum class Scope : std::uint8_t { everything, burnins };
  Scope scope = Scope::everything;
  std::string page;  // where the racks go as HTML; "" for nowhere, "-": nothing else is printed
  bool is_json = false;
};

// Holds what is stored of the nodes that are meant against specifications, inventory, cabling and
// peers, and shows the differences. `problems` are nodes of which nothing new could be had. Returns
// the exit status: 2 where a difference is more than the peers', or a node was not looked at or
// told nothing of its disks or links; 1 where a specification is wrong.
int check_hardware(const std::vector<NamedNode>& nodes,
                   const std::map<std::string, std::string>& problems, const CheckWords& words);

}  // namespace provisioner::cli
