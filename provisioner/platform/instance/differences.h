#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::instance {

// Where two trees of values differ: "access.namespaces.portal.quota.pods". Nothing on a side where
// there is no such key.
struct Difference {
  std::string path;
  std::optional<value::Value> left, right;
};

// In the order of the first tree, then what the second one has alone. Dicts are compared key by
// key, lists whose entries all have a `name` by name, all else as a whole.
std::vector<Difference> differences(const value::Value& left, const value::Value& right);

}  // namespace provisioner::instance
