#pragma once

#include <string>

#include "provisioner/machine/image/image_definition.h"
#include "provisioner/machine/image/image_store.h"
#include "provisioner/machine/image/package_lock.h"
#include "provisioner/machine/image/progress.h"

namespace provisioner::image {

// The packages that an image needs just now, with all that they need, fetched by apt (which checks
// the archive's signature) into the store. This machine's own packages play no part.
PackageLock lock_packages(const Definition& definition, const Store& store, std::int64_t epoch,
                          const Progress& progress);

// Fetches those of a lock that the store has not. Throws Error(failed) that names what the mirror
// does not have any more, or has with other bytes.
void fetch_packages(const Definition& definition, const PackageLock& lock, const Store& store,
                    const Progress& progress);

// A repository that apt can read, of nothing but the packages of the lock, in a new directory.
// Throws Error(failed) for a package whose file in the store is damaged.
void write_repository(const PackageLock& lock, const Store& store, const std::string& directory);

}  // namespace provisioner::image
