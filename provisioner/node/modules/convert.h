#pragma once

#include <optional>
#include <string>

#include "provisioner/base/value/value.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {

// The text that Python's str() gives: "True", "None", "1.5", "['a', 1]".
std::string python_text(const value::Value& value);
std::string python_repr(const value::Value& value);

// A value brought to a type, or why that is not possible: `reason` as ansible-core words it,
// `expected` for the house ("true or false").
struct Conversion {
  std::optional<value::Value> value;
  std::string reason;
  std::string expected;
};
Conversion convert(const value::Value& value, Type type);

}  // namespace provisioner::modules
