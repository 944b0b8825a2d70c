#pragma once

#include "provisioner/machine/lab/record.h"

namespace provisioner::lab {

// The operator's key pair of a lab, a host key for every node, and the known_hosts file that says
// them all: strict checking is on from the first log-in. Keys that are there stay.
void ensure_keys(const Record& record);

}  // namespace provisioner::lab
