#pragma once

#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::registry {

// Why those who unpack images read nothing of such a configuration (image-spec v1.1, config.md):
// the first member with a wrong type. "" where there is none; what is not there, or null, is no
// mistake.
std::string config_mistake(const value::Value& config);

}  // namespace provisioner::registry
