#pragma once

#include <string_view>

#include "provisioner/base/value/value.h"

namespace provisioner::value {

// What stands at a path of keys that are texts without a dot ("spec.template.spec"); nullptr where
// nothing does. It lives as long as what it was found in.
const Value* at_path(const Value& value, std::string_view path);
const Value* at_path(const Dict& dict, std::string_view path);

}  // namespace provisioner::value
