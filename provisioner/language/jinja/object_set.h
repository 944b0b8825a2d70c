#pragma once

#include <vector>

#include "provisioner/language/jinja/object.h"

namespace provisioner::jinja {

// Objects that differ: plain values are found by their hashes, lists and dicts by looking at each.
class ObjectSet {
 public:
  ObjectSet() = default;
  explicit ObjectSet(const std::vector<Object>& objects);

  bool contains(const Object& object) const;
  bool insert(const Object& object);  // whether it was not there

 private:
  value::Dict plain_;
  std::vector<Object> others_;
};

}  // namespace provisioner::jinja
