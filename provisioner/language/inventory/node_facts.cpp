// Reading members of node keys that may be wrong or not known yet.

#include "provisioner/language/inventory/node_facts.h"

#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/check_shape.h"
#include "provisioner/language/inventory/node_values.h"

namespace provisioner::inventory {

using value::Value;

std::optional<KnownText> known_text(const Value* value) {
  if (value == nullptr || !value->is_string() || is_unknown(*value)) return std::nullopt;
  return KnownText{value->text(), value->pos()};
}

std::optional<KnownText> known_text(const Value& entry, const char* member) {
  return known_text(entry.find(member));
}

std::optional<std::int64_t> known_integer(const Value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_integer()) return value->integer();
  const auto text = known_text(value);
  return text ? base::integer_in(text->text) : std::nullopt;
}

std::vector<Value> known_items(const Value* value) {
  return value != nullptr && value->is_list() ? value->list() : std::vector<Value>();
}

bool is_whole_list(const Value* list, const char* identity) {
  if (list == nullptr) return true;
  if (!list->is_list()) return false;
  for (const Value& item : list->list())
    if (!known_text(item, identity)) return false;
  return true;
}

const Value* CheckedNode::member(const char* key, const char* name) const {
  const Value* entries = keys.find(key);
  return entries == nullptr ? nullptr : entries->find(name);
}

CheckedNode checked_node(const Inventory& inventory, const jinja::Templar& templar,
                         const std::string& host) {
  NodeTemplates templates(inventory, templar, host);
  return {host, inventory.host(host)->pos,
          merged_node_keys(inventory, host,
                           [&](const Value& value) { return templates.resolve(value); })};
}

}  // namespace provisioner::inventory
