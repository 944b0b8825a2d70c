#pragma once

#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::view {

// A run of gates as one HTML page that needs nothing else, from what gates.json says
// (gates::as_value): the verdict, a table of all gates, and below it why some do not pass.
std::string gates_page(const value::Value& record);

}  // namespace provisioner::view
