// provisioner registry gc, backup, restore.

#include "provisioner/front/cluster/registry_care.h"

#include <iostream>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/cluster/registry/image_backup.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/registry_lock.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

}  // namespace

int collect_registry_garbage(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  if (!site.is_ours())
    throw Error(Kind::usage, "a registry of kind '" + site.kind + "' collects its own garbage")
        .set_hint("whoever looks after it says when");
  const ClusterWork work = registry_work(words.run);
  const os::Descriptor held = hold_registry(work);
  run_stage(work, "registry_gc", {{"cluster_registry", names_of_nodes(site)}});
  std::cout << "garbage is collected, and images are taken again\n";
  return cli::exit_fine;
}

// The lock goes with the blobs: each is of no use without the other.
int back_up_registry(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  const os::Descriptor held = hold_registry(registry_work(words.run));
  const registry::ImagesLock lock = registry::read_images_lock(site.lock);
  registry::RegistryClient own(own_access(site));
  const registry::BackupCount count = registry::back_up(own, lock, words.file, cli::say);
  registry::write_images_lock(os::join_path(words.file, "images.lock"), lock);
  std::cout << base::counted(count.images, "image") << " in '" << words.file << "', "
            << base::counted(count.blobs, "blob") << " of them new\n";
  return cli::exit_fine;
}

// What the site's lock has it keeps, where there is one: it may be newer than the backup.
int restore_registry(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  const os::Descriptor held = hold_registry(registry_work(words.run));
  registry::RegistryClient own(own_access(site));
  const registry::BackupCount count = registry::restore(own, words.file, cli::say);
  std::cout << base::counted(count.images, "manifest") << " and "
            << base::counted(count.blobs, "blob") << " restored\n";
  if (os::exists(site.lock)) return cli::exit_fine;
  registry::write_images_lock(site.lock,
                              registry::read_images_lock(os::join_path(words.file, "images.lock")));
  std::cout << "the lock is '" << site.lock << "' again; clusters learn of it by `cluster up`\n";
  return cli::exit_fine;
}

}  // namespace provisioner::cluster
