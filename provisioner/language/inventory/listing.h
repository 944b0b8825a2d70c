#pragma once

#include <string>
#include <string_view>

#include "provisioner/language/inventory/inventory.h"

namespace provisioner::inventory {

// How ansible-inventory would be called.
struct ListingStyle {
  bool is_export = false;  // --export: variables of groups at their groups, of hosts at their hosts
};

// What `ansible-inventory --list` writes as JSON, with _meta.hostvars.
value::Value listing(const Inventory& inventory, const ListingStyle& style = {});

// The same as a tree of groups, which Ansible can read as an inventory (`--list -y`).
value::Value tree_listing(const Inventory& inventory, const ListingStyle& style = {});

// The tree that `inventory export` writes: variables at their groups, and at a host what its groups
// in one file would give it otherwise, because a file has fewer layers than a folder. Ansible reads
// equal values for every host.
value::Value export_listing(const Inventory& inventory);

// `--host NAME`. Throws Error(usage) for a host that is not there.
value::Value host_listing(const Inventory& inventory, const std::string& host,
                          const ListingStyle& style = {});

// `--graph [GROUP]`, with `--vars`. Throws Error(usage) for a group that is not there.
std::string graph_listing(const Inventory& inventory, const std::string& group = "all",
                          bool has_variables = false);

// The text that `ansible-inventory -y` gives for a tree. With `is_exact` texts that may not be
// templated are marked, which Ansible leaves out, and groups and hosts keep their order: reading it
// back gives the same inventory.
std::string listing_yaml(const value::Value& tree, bool is_exact);

// The text Ansible's JSON writer gives: sorted, indented by four.
std::string listing_json(const value::Value& value);

}  // namespace provisioner::inventory
