#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/language/inventory/addresses.h"
#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::inventory {

// Members of node keys as the checks read them: what is missing, of another type or not known yet
// is nullopt or empty, because the shape is judged elsewhere.
struct KnownText {
  std::string text;
  base::Pos pos;
};

std::optional<KnownText> known_text(const value::Value* value);
std::optional<KnownText> known_text(const value::Value& entry, const char* member);
std::optional<std::int64_t> known_integer(const value::Value* value);  // also of a text of digits
std::vector<value::Value> known_items(const value::Value* value);      // of a list
// True for a list whose items, and their `identity`, are all known; also for one that is not there.
bool is_whole_list(const value::Value* list, const char* identity);

// A node for the checks that compare: its name, its place in the inventory, its merged keys.
struct CheckedNode {
  std::string host;
  base::Pos pos;
  value::Dict keys;

  const value::Value* member(const char* key, const char* name) const;  // keys[key][name]
  const value::Value* key(const char* name) const { return keys.find(name); }
};

// What cannot be evaluated stays as it was written.
CheckedNode checked_node(const Inventory& inventory, const jinja::Templar& templar,
                         const std::string& host);

}  // namespace provisioner::inventory
