#pragma once

namespace provisioner::run {

// What `run`, `plan` and `resume` end with: ansible-playbook's numbers, of which two say two
// things.
enum ExitCode : int {
  all_well = 0,
  own_failure = 1,  // before or outside of tasks
  some_failed = 2,
  wrong_words = 2,  // of the command line
  some_unreachable = 4,
  unreadable = 4,  // playbook or inventory
  broken_and_over = 8,
  interrupted = 99,
  unexpected = 250,  // a bug of ours
};

}  // namespace provisioner::run
