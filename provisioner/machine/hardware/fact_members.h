#pragma once

#include <string_view>

#include "provisioner/base/value/value.h"

namespace provisioner::hardware {

// Members of facts: none, or no rows, where they are missing or of another form.
const value::Value& member(const value::Value& facts, std::string_view name);
value::List rows(const value::Value& facts, std::string_view name);

}  // namespace provisioner::hardware
