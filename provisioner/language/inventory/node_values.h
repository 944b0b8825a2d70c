#pragma once

#include <functional>
#include <string>

#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::inventory {

// Evaluates what can be evaluated of a value: a member whose template cannot stays as it was
// written. A text that is one variable, or a member of one ("{{ asset.serial }}"), is said to stand
// where that stands: there a person will want to change it.
class NodeTemplates {
 public:
  NodeTemplates(const Inventory& inventory, const jinja::Templar& templar, std::string host);
  ~NodeTemplates();

  value::Value resolve(const value::Value& value);
  // As `resolve`; a template that cannot be evaluated throws Error(input).
  value::Value resolve_all(const value::Value& value);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// A host's node keys, the layers made one, weakest first: dicts member by member, lists of entries
// by their identity (schema.h), everything else by the stronger layer. `resolve` is applied to each
// layer's value first.
value::Dict merged_node_keys(const Inventory& inventory, const std::string& host,
                             const std::function<value::Value(const value::Value&)>& resolve);

}  // namespace provisioner::inventory
