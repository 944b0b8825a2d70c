#pragma once

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::profile {

// The inventory's volumes that are there already; of each nullptr where it has none. Mistakes:
// unknown keys, what is missing or has another form, names that Kubernetes does not take, sizes
// that are no quantity, two volumes of one name.
//
// `nfs_volumes`: {name, class, path, size, server, read_only, mount_options}; `gpfs_volumes`:
// {name, class, handle, size, read_only}.
void check_served_volumes(const value::Value* nfs, const value::Value* gpfs,
                          base::Diagnostics& diagnostics);

// Of one node, `local_volumes`: {class, path, size, mount, mode}.
void check_local_volumes(const value::Value* local, base::Diagnostics& diagnostics);

}  // namespace provisioner::profile
