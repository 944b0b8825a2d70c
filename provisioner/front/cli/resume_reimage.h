#pragma once

#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::cli {

// Goes on with a run of `reimage` that was cut off: `typed` are its words, `plan` what it had
// approved. Nodes that it has not written yet are held against that once more. Returns as
// run_reimage. Throws Error(refused) where the inventory does not name a node of the plan any more.
int resume_reimage(const std::vector<std::string>& typed, const std::string& run,
                   const value::Value& plan);

}  // namespace provisioner::cli
