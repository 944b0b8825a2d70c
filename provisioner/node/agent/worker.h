#pragma once

#include <sys/types.h>

#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/wire/request.h"

namespace provisioner::agent {

// A process that does one request in its own process group, and the pipe its outcome comes through.
struct Worker {
  pid_t pid = -1;
  os::Descriptor output;
  std::string received;         // the outcome's CBOR, once the pipe is closed
  std::string module;
  os::Instant started;
  os::Instant deadline;         // of the task; the clock's end where it has none
  os::Instant told;             // when its progress was last told
  os::Instant stuck_since;      // in state D without a break; the epoch where it is not
  bool is_killed = false;
};

// Forks; the child never returns. Throws Error(failed) where no process can be had.
Worker start_worker(const wire::Request& request, const std::string& blob_directory);

}  // namespace provisioner::agent
