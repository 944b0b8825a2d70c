#pragma once

#include <string>
#include <vector>

#include "provisioner/machine/hardware/check.h"

namespace provisioner::hardware::tests {

// Nodes n01, n02 ... as an inventory describes them, and the facts that agents would tell of them:
// all alike, but for what no two machines share.
class Fleet {
 public:
  explicit Fleet(int nodes, bool has_spec = true);

  inventory::Node& node(int number) { return subjects.at(place(number)).node; }
  // A member of a node's facts, by its way: "processors.cores", "links.0.speed", "dimms.3".
  void set(int number, const std::string& way, const value::Value& to);
  void remove(int number, const std::string& way);

  // "n03 memory: 11 x 16 GiB (none in A3) / 12 x 16 GiB / spec", a finding a line.
  std::string told() const;

  std::vector<Subject> subjects;

 private:
  static std::size_t place(int number) { return static_cast<std::size_t>(number - 1); }
};

}  // namespace provisioner::hardware::tests
