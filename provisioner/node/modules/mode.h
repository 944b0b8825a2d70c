#pragma once

#include <cstdint>

#include "provisioner/base/value/value.h"
#include "provisioner/node/host/host_view.h"

namespace provisioner::modules {

// The twelve permission bits that a `mode` argument asks of a file as it is now: an integer, octal
// text, or symbols
// ("u=rwX,g-w"), where a clause without u, g, o or a is bounded by the umask. `X` looks at the file
// as it was. Throws Error(failed) in ansible-core's words, with its `details` as the hint.
std::uint32_t mode_of(const value::Value& mode, const host::FileStatus& now, std::uint32_t umask);

}  // namespace provisioner::modules
