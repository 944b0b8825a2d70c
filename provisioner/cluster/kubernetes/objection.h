#pragma once

#include <string>

namespace provisioner::kubernetes {

// Why something may not be done, and what the operator does about it: each a sentence without a
// full stop. The hint may be empty.
struct Objection {
  std::string text;
  std::string hint = {};
  bool is_lasting = false;   // waiting alone does not help
  bool spares_rest = false;  // of some nodes: the cluster stands without them

  bool operator==(const Objection&) const = default;
};

}  // namespace provisioner::kubernetes
