#pragma once

#include <cstdint>
#include <functional>

#include "provisioner/base/chunk/manifest.h"
#include "provisioner/node/disks/disk.h"

namespace provisioner::disks {

// Brings an image from the disk that it was written to onto the second one of a mirror, all but
// head and tail, and reads it back: the network carries it once. What is there already is not
// written again, so the same call resumes. `told` gets the bytes that are as they should be. Throws
// Error(failed), also for a disk that does not hold what was written.
void copy_image(const chunk::Manifest& manifest, Disk& from, Disk& to,
                const std::function<void(std::uint64_t done)>& told);

}  // namespace provisioner::disks
