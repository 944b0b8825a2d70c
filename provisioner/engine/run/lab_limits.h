#pragma once

#include <optional>
#include <string>

#include "provisioner/language/inventory/effective_node.h"
#include "provisioner/language/playbook/playbook.h"

namespace provisioner::run {

// The inventory's `lab: {cannot: [{capability: bond, because: ...}]}` held against a task's tags: a
// task tagged "needs_bond" cannot be done on such a host. nullopt where it can. Throws Error(input)
// for a list of the wrong type.
std::optional<inventory::MissingCapability> lab_limit(const inventory::Inventory& inventory,
                                                      const std::string& host,
                                                      const playbook::Task& task);

}  // namespace provisioner::run
