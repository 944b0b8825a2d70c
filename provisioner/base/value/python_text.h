#pragma once

#include <string>
#include <string_view>

#include "provisioner/base/value/value.h"

namespace provisioner::value {

// What Python's str() and repr() print: "True", "None", "1e+16", "['a', 1]", and at the top a text
// as it is or in quotes. Dates and sealed texts count as texts.
std::string python_text(const Value& value);
std::string python_repr(const Value& value);

// The pieces of it: repr() of a str, and of a float.
std::string python_quoted(std::string_view text);
std::string python_real(double real);

}  // namespace provisioner::value
