#pragma once

#include <string>

#include "provisioner/language/inventory/effective_node.h"
#include "provisioner/machine/image/image_store.h"
#include "provisioner/machine/reimage/boot_order.h"
#include "provisioner/machine/reimage/disk_plan.h"
#include "provisioner/machine/reimage/first_boot.h"

namespace provisioner::reimage {

// Whether the inventory says of any of its ports what its cable leads to.
bool names_switches(const inventory::Node& node);

// The order of a boot that only tells the node's hardware; where the inventory names switches, also
// what its cables lead to.
BootOrder look_order(const inventory::Node& node, const image::BootFiles& files);

// The order of a boot that writes an image to the disk that the plan erases, or to the two of a
// mirror. The plan must have no problems. Throws Error(input) for a node that has no MAC or no
// address to boot with, and for a MAC, an address or kernel arguments that cannot stand in a boot
// script; so does `look_order`.
BootOrder write_order(const inventory::Node& node, const image::StoredImage& image,
                      const image::BootFiles& files, const DiskPlan& disks, const FirstUser& user);

}  // namespace provisioner::reimage
