#pragma once

#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::deploy {

// An order with all its members, for a disk of 64 MiB; tests change what they are about.
value::Dict whole_order();

// An empty disk as the facts have it.
value::Dict disk_facts(const std::string& name, const std::string& wwn, const std::string& serial,
                       std::int64_t size);

}  // namespace provisioner::deploy
