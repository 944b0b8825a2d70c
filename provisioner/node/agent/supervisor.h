#pragma once

#include <string>

namespace provisioner::agent {

// Serves one controller over standard input and output until either ends: a worker process for each request, so that a
// task that hangs, dies or is told to stop costs one worker and never the session. Requests for other users go
// through a supervisor of that user, started once by sudo or su. Returns the exit status.
int supervise(const std::string& own_path);

}  // namespace provisioner::agent
