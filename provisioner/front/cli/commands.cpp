// The table of commands.

#include "provisioner/front/cli/commands.h"

namespace provisioner::cli {

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {"run", "run playbooks on the nodes of an inventory", add_run},
      {"plan", "show what a run would change, and change nothing", add_plan},
      {"resume", "go on with a run that was cut off", add_resume},
      {"runs", "list runs, show one", add_runs},
      {"inventory", "list, graph, explain and check inventories", add_inventory},
      {"hostkeys", "scan, accept, list and retire the SSH host keys of nodes", add_hostkeys},
      {"lab", "real systemd nodes on this machine, to try things on", add_lab},
      {"module", "list the modules, show the options of one", add_module},
      {"completion", "print a completion script for bash, zsh or fish", add_completion},
      {"man", "print the manual page", add_man},
  };
  return table;
}

}  // namespace provisioner::cli
