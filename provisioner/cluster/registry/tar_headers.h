#pragma once

#include <string_view>

#include "provisioner/cluster/registry/layer_stream.h"

namespace provisioner::registry {

// Whether Go's archive/tar, by which containerd unpacks images, takes from these headers what
// libarchive does, which has found an entry of this kind in them. They are the entry's own header
// and what precedes it: records (pax), long names (GNU). Each has to be as writers of layers write
// it; whatever is read in two ways, or not known to be read in one, is refused.
bool have_one_meaning(std::string_view headers, LayerEntry::Kind kind);

}  // namespace provisioner::registry
