#pragma once

#include "provisioner/base/value/value.h"
#include "provisioner/node/host/host_view.h"

namespace provisioner::modules {

// What `stat` and `find` say of a file in common: isdir, isreg ..., rusr, wusr ..., isuid, isgid
// and `mode`.
void add_type_and_permissions(const host::FileStatus& status, value::Dict& stat);

}  // namespace provisioner::modules
