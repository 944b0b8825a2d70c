#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "provisioner/base/value/value.h"

namespace provisioner::modules::facts {

// A text as Python's ConfigParser reads it: sections of lower-case options, DEFAULT in each of
// them, `%(name)s` filled in. Nothing where it is no such text (also: a section or an option
// twice).
std::optional<value::Dict> read_ini(std::string_view text);

}  // namespace provisioner::modules::facts
