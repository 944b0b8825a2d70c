// The agent as it is, but for its patience: what takes it a minute takes this one a second; with
// --stubborn it waits for ever for all but the end of a session.

#include <string_view>

#include "provisioner/base/os/files.h"
#include "provisioner/node/agent/supervisor.h"

int main(int count, char** words) {
  using std::chrono::milliseconds;
  provisioner::agent::Patience patience{.between_progress = milliseconds(100),
                                        .blocked = milliseconds(1500),
                                        .term = milliseconds(500),
                                        .goodbye = milliseconds(400),
                                        .become = milliseconds(3000)};
  if (count > 1 && words[1] == std::string_view("--stubborn"))
    patience.blocked = patience.term = patience.become = std::chrono::hours(1);
  return provisioner::agent::supervise(provisioner::os::real_path("/proc/self/exe"), patience);
}
