#pragma once

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::profile {

// The inventory's `storage_classes`: a list of {name, kind, default}. Kinds are "local_path" (made
// when asked for, in a directory of a node), "local" (volumes of the inventory's `local_volumes`),
// "nfs" (volumes of its `nfs_volumes`), "nfs_csi" and "gpfs_csi" (a site's drivers). Mistakes:
// other kinds and keys, names that Kubernetes does not take or that are there twice, and any count
// of defaults but one: a claim that names no class would wait for ever, or be served by chance.
void check_storage_classes(const value::Value& classes, base::Diagnostics& diagnostics);

}  // namespace provisioner::profile
