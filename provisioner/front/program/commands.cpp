// The table of commands.

#include "provisioner/front/program/commands.h"

#include "provisioner/front/cluster/commands.h"
#include "provisioner/front/platform/commands.h"

namespace provisioner::program {
namespace {

// Its commands stand in two rooms.
void add_inventory(CLI::App& command, cli::Action& action) {
  cli::add_inventory(command, action);
  platform::add_inventory_check(command, action);
}

}  // namespace

const std::vector<cli::Command>& commands() {
  static const std::vector<cli::Command> table = {
      {"run", "run playbooks on the nodes of an inventory", cli::add_run},
      {"plan", "show what a run would change, and change nothing", cli::add_plan},
      {"resume", "go on with a run that was cut off", cli::add_resume},
      {"runs", "list runs, show one", cli::add_runs},
      {"inventory", "list, graph, explain and check inventories", add_inventory},
      {"hostkeys", "scan, accept, list and retire the SSH host keys of nodes", cli::add_hostkeys},
      {"power", "tell or change the power of machines, and read it back", cli::add_power},
      {"bmc", "check BMCs, read their sensors and event logs", cli::add_bmc},
      {"console", "attach to the console of a machine", cli::add_console},
      {"image", "build, import, list, check and clean up images of disks", cli::add_image},
      {"discover", "find out what hardware nodes have", cli::add_discover},
      {"burnin", "load nodes for a while, and tell who is slow or makes mistakes", cli::add_burnin},
      {"serve", "the boot service, for nodes that are armed", cli::add_serve},
      {"reimage", "write an image to the disks of nodes, and configure them", cli::add_reimage},
      {"node", "where nodes are in their life, and their flight recorders", cli::add_node},
      {"cluster", "bring an instance of Kubernetes up, and tell how it is", cluster::add_cluster},
      {"instance", "instances: which there are, how they differ, what was proved of them",
       platform::add_instance},
      {"profile", "who owns which component of an instance", platform::add_profile},
      {"access", "who may do what on an instance, and files to do it by", platform::add_access},
      {"gates", "try out on a cluster what its users rely on", platform::add_gates},
      {"users", "whose numbers agree: LDAP, the issuer of tokens, homes", platform::add_users},
      {"handoff", "the signed tree for the platform's team, and what it should know",
       platform::add_handoff},
      {"registry", "who may push, what was vetted, and how the registry is", cluster::add_registry},
      {"artifacts", "what nodes get from this controller: lock, fetch, check",
       cluster::add_artifacts},
      {"lab", "real systemd nodes on this machine, to try things on", cli::add_lab},
      {"module", "list the modules, show the options of one", cli::add_module},
      {"completion", "print a completion script for bash, zsh or fish", add_completion},
      {"man", "print the manual page", add_man},
  };
  return table;
}

}  // namespace provisioner::program
