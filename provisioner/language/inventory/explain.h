#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::inventory {

// What one layer says about a key.
struct LayerValue {
  std::string layer;  // "group_vars/web.yml", "host n01 in hosts.yml"
  base::Pos pos;      // of the value, or of the variable that the layer sets without the member
  // nullopt: the layer sets the variable, but not the member that was asked for. A weaker layer's
  // member is then gone too, because a variable is replaced whole.
  // As written otherwise; where a template stands on the way to the member: that template.
  std::optional<value::Value> value;
  bool is_winner = false;
};

// Where a host's value comes from: all layers that set the variable, weakest first; the last one
// wins.
struct Explanation {
  std::string host;
  std::string key;
  std::vector<LayerValue> layers;
};

// KEY is a variable or a member of one: "network", "network.bonds.bond0.mode", "disks.0.serial";
// items of lists go by number or by their name. Throws Error(usage), with the nearest name, for a
// host that is not there and for a key that no layer sets.
Explanation explain(const Inventory& inventory, const std::string& host, const std::string& key);

// What the key comes to for the host once all templates are evaluated; nullopt where they come to
// something without that member. Throws Error(input) for a template that cannot be evaluated.
std::optional<value::Value> explained_result(const Inventory& inventory,
                                             const jinja::Templar& templar, const std::string& host,
                                             const std::string& key);

// One line a layer with its place, the winner marked by "*", and the result where one is given.
// Texts of vaults and lookups are not shown.
std::string explanation_text(const Explanation& explanation,
                             const std::optional<value::Value>& result = std::nullopt);

// The member of a value at a path's steps; nullptr where there is none.
const value::Value* member_at(const value::Value& value, const std::vector<std::string>& steps);

}  // namespace provisioner::inventory
