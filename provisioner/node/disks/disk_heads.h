#pragma once

#include <string>
#include <vector>

#include "provisioner/base/chunk/manifest.h"
#include "provisioner/node/disks/disk.h"
#include "provisioner/node/disks/write_image.h"

namespace provisioner::disks {

// The heads of a system's disks: of one, or of the two of a mirror. The first disk's marker goes on
// last and goes away last, so that it stands for both: wherever the power goes, what can be booted
// is whole, and a second disk that is neither as it was nor marked has a first one that is marked
// (find_disk.h).

// Marks all of them unfinished. Throws Error(refused) before a byte is written where one is too
// small or has other sectors than 512 bytes.
void mark_disks(const chunk::Manifest& manifest, const std::string& digest,
                const std::vector<Disk*>& disks);

// Makes all of them bootable; `held` is theirs, in the same order.
void write_heads(const std::vector<Held>& held, const std::vector<Disk*>& disks);

}  // namespace provisioner::disks
