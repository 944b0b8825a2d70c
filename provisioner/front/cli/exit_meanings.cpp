// The numbers that a command may end with, as the manual page tells them.

#include "provisioner/front/cli/exit_meanings.h"

#include "provisioner/engine/run/exit_code.h"

namespace provisioner::cli {

const std::vector<ExitMeaning>& exit_meanings() {
  static const std::vector<ExitMeaning> meanings = {
      {exit_fine, "all is well", "fine"},
      {exit_usage, "an error before or outside of tasks", "usage, or a failure of our own"},
      {exit_not_so, "a host failed; the command line is wrong", "what was checked is not so"},
      {run::some_unreachable, "a host was unreachable; playbook or inventory cannot be read", ""},
      {run::broken_and_over, "a play that was broken off was ended by end_play", ""},
      {exit_bug, "", "a bug of ours"},
      {run::interrupted, "interrupted", ""},
      {exit_signal, "", "a signal"},
      {run::unexpected, "a bug of ours", ""}};
  return meanings;
}

}  // namespace provisioner::cli
