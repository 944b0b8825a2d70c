#pragma once

#include <optional>
#include <string>

#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/playbook/playbook.h"

namespace provisioner::run {

// One thing that a lab's node cannot do.
struct Limit {
  std::string capability, because;
};

// The inventory's `lab: {cannot: [{capability: bond, because: ...}]}` held against a task's tags: a
// task tagged "needs_bond" cannot be done on such a host. nullopt where it can.
std::optional<Limit> lab_limit(const inventory::Inventory& inventory, const std::string& host,
                               const playbook::Task& task);

}  // namespace provisioner::run
