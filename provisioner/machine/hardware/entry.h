#pragma once

#include <string>

#include "provisioner/machine/hardware/machine.h"

namespace provisioner::hardware {

// The node keys that describe a machine as it was found: hardware, disks, network. Of what the
// machine says of itself only plain text is taken, nothing that a template could be made of.
value::Value entry_of(const Machine& machine);

// An inventory of one host with these keys, as YAML. `note` is a comment above it, a line.
std::string inventory_text(const std::string& host, const value::Value& keys,
                           const std::string& note);

}  // namespace provisioner::hardware
