#pragma once

#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/base/store/node_records.h"

namespace provisioner::cli {

// Of a node of which nothing is kept: with the nearest name of which something is.
base::Error unknown_node(const store::NodeRecords& records, const std::string& node);

}  // namespace provisioner::cli
