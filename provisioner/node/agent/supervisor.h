#pragma once

#include <string>

#include "provisioner/node/agent/patience.h"

namespace provisioner::agent {

// Serves one controller over standard input and output until either ends: a worker process for each
// request, so that a task that hangs, dies or is told to stop costs one worker and never the
// session. Requests for other users go through a supervisor of that user, started once by sudo or
// su (other_user.h says what they execute). At the end nothing is left: workers and what they
// started are ended within a second, staged contents removed. `own_path` is the file this program
// was started from. Returns the exit status.
int supervise(const std::string& own_path, const Patience& patience = {});

}  // namespace provisioner::agent
