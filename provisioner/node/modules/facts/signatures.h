#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/node/host/host_view.h"

namespace provisioner::modules::facts {

// What a disk begins with while an image is written to it: this, then the manifest's digest (hex)
// and a newline. It goes when the first MiB is written, which is last.
constexpr std::string_view unfinished_image = "provisioner: unfinished image ";
constexpr std::string_view unfinished_image_type = "provisioner_unfinished";

// Adds to the facts of disk NAME what lies on it: `partition_table` ("gpt", "dos", ""),
// `partitions` (number, type, uuid, name, start and size in bytes), and `signatures`: where ("disk"
// or a partition's number as text), type, uuid, label, offset in bytes. Signatures are those that
// wipefs(8) finds, and two that it does not know: GPFS ("gpfs_nsd") and an image of ours that is
// not whole, whose uuid is the manifest's digest. What could not be looked at is warned of, and
// `is_read` is false then: such a disk is not an empty one.
void add_contents(const host::HostView& view, const std::string& name, value::Dict& disk,
                  std::vector<std::string>& warnings);

}  // namespace provisioner::modules::facts
