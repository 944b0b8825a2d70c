#pragma once

#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::platform {

// A variable of a script for sh, as a line.
void put(std::string& text, const std::string& name, const std::string& value);

// What a list holds, between blanks; "" for what is none.
std::string words_of(const value::Value* list);

}  // namespace provisioner::platform
