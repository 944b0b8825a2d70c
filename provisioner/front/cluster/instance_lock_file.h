#pragma once

#include <optional>
#include <string>

#include "provisioner/front/cli/loaded_inventory.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/platform/instance/instance_lock.h"

namespace provisioner::cluster {

// The lock of an instance as it lies beside the layer that holds it (`beside_instances`):
// instances/NAME.lock.
struct LockFile {
  std::string path, text;  // "" where there is none
  std::optional<instance::InstanceLock> lock = {};

  std::string digest() const;  // SHA-256 of the text; "" where there is none
};

// Throws Error(input) with the file for a lock that is none, of another instance, or of another
// inventory of the same folder.
LockFile lock_file(const cli::LoadedInventory& loaded, const std::string& instance);
LockFile lock_file(const cli::RunWords& words, const std::string& instance);

// Whose lock it would be: the instance, and the name that the layer has in its folder.
instance::LockOwner lock_owner(const cli::LoadedInventory& loaded, const std::string& instance);

}  // namespace provisioner::cluster
