#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/language/inventory/effective_node.h"
#include "provisioner/machine/hardware/finding.h"
#include "provisioner/machine/hardware/spec.h"

namespace provisioner::hardware {

// A node of the inventory, and what it was found to be.
struct Subject {
  inventory::Node node;
  std::optional<Spec> spec;
  value::Value facts;    // none: nobody has looked
  bool is_meant = true;  // else it is only a peer, or the other end of a swap
  bool tells_links = true;  // else whoever looked has left its links down: they are not judged
};

struct CheckResult {
  std::vector<Finding> findings;    // by node, in the order of the subjects
  std::vector<std::string> unheard;  // cables that the inventory names and nobody could tell of
  std::vector<std::string> without_links;  // nodes that are meant and do not tell of theirs
};

// Holds each node that is meant against its specification, the inventory, the cabling, and its
// peers: those of the same specification (without one, of the same vendor and model). Keys of the
// node win against the specification's. Peers speak where at least three have told something and
// two thirds of them say the same; what specification or inventory have judged they leave alone.
// A difference that several of them see is one finding, of the strongest. Of burn-ins it tells what
// went wrong, and who was below 80 % of the middle of at least three peers' speeds. Pure.
CheckResult check(const std::vector<Subject>& subjects);

// The same of burn-ins alone.
CheckResult check_burnins(const std::vector<Subject>& subjects);

}  // namespace provisioner::hardware
