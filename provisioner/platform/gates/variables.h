#pragma once

#include <chrono>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/base/value/value.h"

namespace provisioner::gates {

// Whether what an instance's first control-plane node says to gates has the forms that they read it
// in: images, queries, what is to come (`gates_capacity`, `gates_images`), and of the platforms.
void check_variables(const value::Dict& of_instance, base::Diagnostics& diagnostics);

// How long a record of gates proves something: `gates_valid_hours` of these variables, else a week.
std::chrono::hours valid_hours(value::StrictDict& variables);

// The same for what gates read of each node: mounts, kernel parameters, what a lab cannot.
void check_node_variables(const value::Dict& of_node, base::Diagnostics& diagnostics);

}  // namespace provisioner::gates
