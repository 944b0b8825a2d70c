#pragma once

#include <optional>
#include <string_view>

#include "provisioner/base/value/value.h"

namespace provisioner::inventory {

// What Python's ast.literal_eval makes of a text, as values of INI inventories are read: numbers,
// strings (also joined ones), True, False, None, tuples and lists, dicts. nullopt where Python
// would refuse it: the text is then itself the value.
std::optional<value::Value> python_literal(std::string_view text);

}  // namespace provisioner::inventory
