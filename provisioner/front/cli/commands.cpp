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
      {"power", "tell or change the power of machines, and read it back", add_power},
      {"bmc", "check BMCs, read their sensors and event logs", add_bmc},
      {"console", "attach to the console of a machine", add_console},
      {"image", "build, import, list, check and clean up images of disks", add_image},
      {"discover", "find out what hardware nodes have", add_discover},
      {"burnin", "load nodes for a while, and tell who is slow or makes mistakes", add_burnin},
      {"serve", "the boot service, for nodes that are armed", add_serve},
      {"reimage", "write an image to the disks of nodes, and configure them", add_reimage},
      {"node", "where nodes are in their life, and their flight recorders", add_node},
      {"cluster", "bring an instance of Kubernetes up, and tell how it is", add_cluster},
      {"profile", "who owns which component of an instance", add_profile},
      {"gates", "try out on a cluster what its users rely on", add_gates},
      {"registry", "who may push, what was vetted, and how the registry is", add_registry},
      {"artifacts", "what nodes get from this controller: lock, fetch, check", add_artifacts},
      {"lab", "real systemd nodes on this machine, to try things on", add_lab},
      {"module", "list the modules, show the options of one", add_module},
      {"completion", "print a completion script for bash, zsh or fish", add_completion},
      {"man", "print the manual page", add_man},
  };
  return table;
}

}  // namespace provisioner::cli
