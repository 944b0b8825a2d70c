#pragma once

#include <optional>
#include <string>

#include "provisioner/base/value/python_text.h"
#include "provisioner/base/value/value.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {

// A value brought to a type, or why that is not possible: `reason` as ansible-core words it,
// `expected` for the house ("true or false").
struct Conversion {
  std::optional<value::Value> value;
  std::string reason;
  std::string expected;
};
Conversion convert(const value::Value& value, Type type);

}  // namespace provisioner::modules
