// provisioner lab up, status, down, power.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/lab_machines.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/machine/lab/lab.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

struct Words {
  std::string node, wish, directory;
  std::vector<std::string> order;
  NodeWords machines;
  int nodes = 20, number = 0;
  bool has_python = false, is_cluster = false, is_json = false;
};

lab::Settings settings_of(const Words& words) {
  const bool has_machines = !words.machines.pattern.empty();
  lab::Settings settings =
      lab::standard_settings(words.number, has_machines ? 0 : std::max(words.nodes, 1));
  settings.has_python = words.has_python;
  settings.is_cluster = words.is_cluster;
  if (!has_machines) return settings;
  settings.definition = lab::standard_definition();
  const auto nodes = named_nodes(words.machines, {"users", "user_groups"});
  if (!nodes) throw Error(Kind::input, "the inventory has mistakes: no machine was made");
  settings.machines = lab_machines(*nodes, settings);
  settings.services = lab_services(*nodes);
  return settings;
}

std::string power_word(const lab::NodeStatus& node) {
  if (!node.is_alive) return "gone";
  return node.power == lab::Power::on ? "on" : "off";
}

std::string power_word(const lab::MachineStatus& one) {
  return one.power == lab::Power::on ? "on" : "off";
}

int show(const lab::Status& status, const Words& words) {
  if (words.is_json) {
    List nodes, machines;
    for (const lab::NodeStatus& node : status.nodes)
      nodes.emplace_back(Dict{{"name", node.node.name},
                              {"address", node.node.address},
                              {"power", power_word(node)},
                              {"answers", node.answers}});
    for (const lab::MachineStatus& one : status.machines)
      machines.emplace_back(Dict{{"name", one.machine.name},
                                 {"address", one.machine.address},
                                 {"power", power_word(one)},
                                 {"answers", one.answers},
                                 {"bmc", bmc_url(one.machine)}});
    print_json(Value(Dict{{"is_there", status.is_there},
                          {"bridge", status.bridge},
                          {"gateway", status.gateway},
                          {"user", status.user},
                          {"key_file", status.key_file},
                          {"known_hosts_file", status.known_hosts_file},
                          {"inventory_file", status.inventory_file},
                          {"cgroups", status.cgroups},
                          {"has_python", status.has_python},
                          {"is_cluster", status.is_cluster},
                          {"bmc_password_file", status.bmc_password_file},
                          {"nodes", std::move(nodes)},
                          {"machines", std::move(machines)}}));
    return exit_fine;
  }
  if (!status.is_there) {
    std::cout << "there is no lab; make one: provisioner lab up" << lab::number_words(words.number)
              << "\n";
    return exit_fine;
  }
  Table table({"NODE", "ADDRESS", "POWER", "SSH"});
  for (const lab::NodeStatus& node : status.nodes)
    table.add(
        {node.node.name, node.node.address, power_word(node), node.answers ? "answers" : "silent"});
  for (const lab::MachineStatus& one : status.machines)
    table.add({one.machine.name, one.machine.address, power_word(one),
               one.answers ? "answers" : "silent"});
  table.print(std::cout);
  for (const lab::MachineStatus& one : status.machines)
    std::cout << one.machine.name << ": BMC " << bmc_url(one.machine) << ", password in "
              << status.bmc_password_file << "\n";
  std::cout << "log in: ssh -i " << status.key_file
            << " -o UserKnownHostsFile=" << status.known_hosts_file << " " << status.user
            << "@ADDRESS\n";
  return exit_fine;
}

int power(const Words& words) {
  if (words.wish != "on" && words.wish != "off" && words.wish != "cycle")
    throw Error(Kind::usage, "a node is switched on, off or cycle, not '" + words.wish + "'");
  const std::string directory = lab::standard_directory(words.number);
  if (words.wish != "on") lab::power(directory, words.node, lab::Power::off);
  if (words.wish != "off") lab::power(directory, words.node, lab::Power::on);
  std::cout << words.node << " is " << (words.wish == "off" ? "off" : "on") << "\n";
  return exit_fine;
}

}  // namespace

void add_lab(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* summary, int (*run)(const Words&)) {
    CLI::App* added = add_command(command, action, words, name, summary, run);
    added->add_option("--number", words->number,
                      "which of several labs on this machine (0): network 10.79.NUMBER.0/24");
    return added;
  };
  CLI::App* up = add("up", "make the lab, or what is missing of it", [](const Words& chosen) {
    return show(lab::up(settings_of(chosen), say), chosen);
  });
  up->add_option("--nodes", words->nodes, "how many (20)");
  up->add_flag("--python", words->has_python,
               "nodes with Python, for a comparison with ansible-playbook");
  up->add_flag("--cluster", words->is_cluster,
               "nodes that can run containers and a real kubelet; of machines: their packages");
  up->add_flag("--json", words->is_json, "as JSON");
  add("status", "what is there, asked of the kernel and the nodes", [](const Words& chosen) {
    return show(lab::status(lab::standard_directory(chosen.number)), chosen);
  })->add_flag("--json", words->is_json, "as JSON");
  add("down", "take everything away again", [](const Words& chosen) {
    lab::down(lab::standard_directory(chosen.number), say);
    return exit_fine;
  });
  up->add_option("--machines", words->machines.pattern,
                 "virtual machines with a BMC each, switched off: nodes as for -l");
  add_many(*up, "-i,--inventory,--inventory-file", words->machines.run.inventories,
           "inventory that describes the machines");
  CLI::App* switched = add("power", "switch a node on, off, or off and on again (cycle)", power);
  switched->add_option("node", words->node, "its name")->required();
  switched->add_option("wish", words->wish, "on, off or cycle")->required();
  // The body of a node's own process; started by `lab up`.
  CLI::App* supervise = add("supervise", "", [](const Words& chosen) {
    lab::supervise(chosen.directory, chosen.node);
    return exit_fine;
  });
  supervise->group("");
  supervise->add_option("--directory", words->directory)->required();
  supervise->add_option("node", words->node)->required();
  CLI::App* keeper = add("keep-machines", "", [](const Words& chosen) {
    lab::keep_machines(chosen.directory);
    return exit_fine;
  });
  keeper->group("");
  keeper->add_option("--directory", words->directory)->required();
  // What a virtual BMC asks of its machine's chassis; called by ipmi_sim.
  CLI::App* chassis = add("chassis", "", [](const Words& chosen) {
    std::cout << lab::answer_chassis(chosen.directory, chosen.node, chosen.order);
    return exit_fine;
  });
  chassis->group("");
  chassis->add_option("--directory", words->directory)->required();
  chassis->add_option("node", words->node)->required();
  chassis->add_option("order", words->order)->required();
}

}  // namespace provisioner::cli
