#pragma once

#include <string>

#include "provisioner/machine/image/image_store.h"
#include "provisioner/machine/image/progress.h"

namespace provisioner::image {

// Takes an image that somebody else has made: a raw disk or qcow2 with a GUID partition table.
// qcow2 is opened by qemu-img alone, without the network, as nobody, bounded in memory and time,
// and only where it names no other file (backing and data files: CVE-2024-44082, CVE-2024-32498).
// Without a version it is the day, and a number. Throws Error(input) for a file that is refused.
StoredImage import_image(const Store& store, const std::string& file, const std::string& name,
                         const std::string& version, const Progress& progress);

}  // namespace provisioner::image
