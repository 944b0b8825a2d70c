#pragma once

#include <string>

#include "provisioner/base/value/read_yaml.h"
#include "provisioner/platform/handoff/bundle.h"

namespace provisioner::handoff {

// An instance of one control-plane node and one worker, with these variables (YAML) above the
// standard ones.
Instance instance_with(const std::string& platform, const std::string& variables);

// All mistakes, rendered.
std::string mistakes_in(const base::Diagnostics& diagnostics);

extern const char* const gen3_variables;
extern const char* const phalanx_variables;

}  // namespace provisioner::handoff
