#pragma once

#include "provisioner/language/inventory/node_facts.h"
#include "provisioner/language/inventory/node_findings.h"

namespace provisioner::inventory {

// Whether a node's disks can have the file systems of their own that `storage.local` asks for: each
// is one of `disks` with `use: data`, told by what it says of itself, and mounted where nothing of
// the system or of another mount lies.
void check_local_disks(const CheckedNode& node, NodeFindings& findings);

}  // namespace provisioner::inventory
