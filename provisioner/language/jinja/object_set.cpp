// Objects that differ.

#include "provisioner/language/jinja/object_set.h"

#include <algorithm>

namespace provisioner::jinja {

ObjectSet::ObjectSet(const std::vector<Object>& objects) {
  for (const Object& object : objects) insert(object);
}

bool ObjectSet::contains(const Object& object) const {
  spend();
  object.require_defined();
  if (object.is_scalar()) return plain_.find(object.scalar()) != nullptr;
  return std::any_of(others_.begin(), others_.end(),
                     [&](const Object& one) { return are_equal(one, object); });
}

bool ObjectSet::insert(const Object& object) {
  if (contains(object)) return false;
  if (object.is_scalar())
    plain_.set(object.scalar(), value::Value());
  else
    others_.push_back(object);
  return true;
}

}  // namespace provisioner::jinja
