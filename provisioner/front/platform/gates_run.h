#pragma once

#include <functional>
#include <vector>

#include "provisioner/front/platform/gates_site.h"
#include "provisioner/platform/gates/record.h"

namespace provisioner::platform {

// Told of each gate as it comes to its end; `left` are the others.
using GateEnd = std::function<void(const gates::Outcome& outcome, std::size_t left)>;

// Carries gates out on the instance's cluster, side by side, and clears away before it begins what
// a run that was killed has left. Everything lives in one namespace, and in a service of one
// control-plane node's systemd that removes it at its end, whatever becomes of this program. Throws
// Error(refused) where another run of this controller is at work on the instance.
std::vector<gates::Outcome> carry_out(const cli::RunWords& words, const GatesSite& site,
                                      const std::vector<gates::Gate>& some, const GateEnd& ended);

}  // namespace provisioner::platform
