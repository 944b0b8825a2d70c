#pragma once

#include <string>

#include "provisioner/base/base/error.h"

namespace provisioner::base {

// What is wrong, and what to do about it, where there is one line for both.
inline std::string sentence_of(const Error& error) {
  return error.hint().empty() ? error.message() : error.message() + " (" + error.hint() + ")";
}

}  // namespace provisioner::base
