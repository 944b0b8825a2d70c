#pragma once

#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/base/store/node_records.h"

namespace provisioner::cli {

// Of a node without a state: nothing at all is kept of it, and then the nearest name of which
// something is; or lines or hardware alone.
base::Error unknown_node(const store::NodeRecords& records, const std::string& node);

}  // namespace provisioner::cli
