#pragma once

namespace provisioner::deploy {

// The first process of the RAM disk: mounts what programs expect, and has the deployment done by a
// child, so that nothing that happens to that is the end of the machine. Reaps what others leave.
// Then reboots or powers off; if the child did not end well, after a pause.
[[noreturn]] void run_as_init();

}  // namespace provisioner::deploy
