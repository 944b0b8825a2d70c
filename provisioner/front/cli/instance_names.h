#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/language/inventory/inventory.h"

namespace provisioner::cli {

// The group of an instance's nodes: "instance_main" of "main".
std::string instance_group(const std::string& name);

// Of all groups `instance_NAME` that have nodes, in the inventory's order.
std::vector<std::string> instance_names(const inventory::Inventory& inventory);

// By the first of a host's groups with that prefix: "usdf" of "site_usdf"; "" for none.
std::string named_by_group(const inventory::Inventory& inventory, const std::string& host,
                           std::string_view prefix);
// The instance whose group a host is in; "" for none.
std::string instance_of_host(const inventory::Inventory& inventory, const std::string& host);

// Error(usage) for one that is none of these, with the nearest or all of them.
base::Error unknown_instance(const std::string& name, const std::vector<std::string>& names);

}  // namespace provisioner::cli
