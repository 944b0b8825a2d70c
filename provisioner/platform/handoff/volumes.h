#pragma once

#include <vector>

#include "provisioner/platform/handoff/instance.h"

namespace provisioner::handoff {

// Whether Qserv's pods come to a node: it bears the label that qserv-operator looks for.
bool is_of_database(const NodeShare& node);

// The nodes' own folders as PersistentVolumes: of the database's nodes, or of all others.
std::vector<value::Value> local_volumes(const Instance& instance, bool of_database);

}  // namespace provisioner::handoff
