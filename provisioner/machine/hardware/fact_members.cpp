// What facts hold, as far as they do.

#include "provisioner/machine/hardware/fact_members.h"

namespace provisioner::hardware {

using value::Value;

const Value& member(const Value& facts, std::string_view name) {
  static const Value none;
  const Value* found = facts.find(name);
  return found == nullptr ? none : *found;
}

value::List rows(const Value& facts, std::string_view name) {
  const Value& found = member(facts, name);
  return found.is_list() ? found.list() : value::List();
}

}  // namespace provisioner::hardware
