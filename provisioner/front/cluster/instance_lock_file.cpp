// Locks beside an inventory.

#include "provisioner/front/cluster/instance_lock_file.h"

#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/front/cluster/beside_instance.h"

namespace provisioner::cluster {

std::string LockFile::digest() const { return lock ? crypto::sha256(text) : ""; }

instance::LockOwner lock_owner(const cli::LoadedInventory& loaded, const std::string& instance) {
  const std::string layer = os::absolute(layer_of(loaded, instance));
  return {.instance = instance, .inventory = layer.substr(layer.rfind('/') + 1)};
}

LockFile lock_file(const cli::LoadedInventory& loaded, const std::string& instance) {
  LockFile file{.path = beside_instances(loaded, {instance}, "instances/" + instance + ".lock"),
                .text = {}};
  auto found = os::read_regular_file(file.path);
  if (!found) return file;
  file.text = std::move(found->bytes);
  const base::SourceId source = base::register_source(file.path, file.text);
  file.lock = instance::read_lock(source, lock_owner(loaded, instance));
  return file;
}

LockFile lock_file(const cli::RunWords& words, const std::string& instance) {
  return lock_file(cli::LoadedInventory(words), instance);
}

}  // namespace provisioner::cluster
