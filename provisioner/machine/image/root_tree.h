#pragma once

#include <string>

#include "provisioner/machine/image/disk_identity.h"
#include "provisioner/machine/image/image_definition.h"
#include "provisioner/machine/image/package_lock.h"

namespace provisioner::image {

// Installs an image's packages into a new tree, without the network, from a repository of its own
// (write_repository): by mmdebstrap, in namespaces that end with us. Files, units and the boot
// loader's configuration are as the definition says; keys and ids of a machine are not in it. The
// same repository gives the same tree, whatever clock and umask are. Needs root.
void make_root_tree(const Definition& definition, const PackageLock& lock,
                    const DiskIdentity& identity, const std::string& repository,
                    const std::string& work, const std::string& tree);

}  // namespace provisioner::image
