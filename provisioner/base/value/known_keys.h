#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::value {

// Adds an error for each key of a dict that is not known, with the nearest one that is, and one
// where it is no dict: then false.
bool check_keys(const Value& dict, const std::vector<std::string>& known,
                base::Diagnostics& diagnostics);

// With the nearest that is known, or all of them.
base::Error unknown_key(const Value& key, const std::vector<std::string>& known);

}  // namespace provisioner::value
