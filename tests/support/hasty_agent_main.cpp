// The agent as it is, but for its patience: what takes it a minute takes this one a second.

#include "provisioner/base/os/files.h"
#include "provisioner/node/agent/supervisor.h"

int main() {
  using std::chrono::milliseconds;
  const provisioner::agent::Patience hasty{.between_progress = milliseconds(100),
                                           .blocked = milliseconds(1500),
                                           .term = milliseconds(500),
                                           .goodbye = milliseconds(400),
                                           .become = milliseconds(3000)};
  return provisioner::agent::supervise(provisioner::os::real_path("/proc/self/exe"), hasty);
}
