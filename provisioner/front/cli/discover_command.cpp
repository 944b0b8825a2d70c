// provisioner discover NODES.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/engine/transport/greeting.h"
#include "provisioner/front/cli/accept_machine.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/discover_facts.h"
#include "provisioner/front/cli/hardware_check.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/program.h"
#include "provisioner/front/cli/reimage_plan.h"
#include "provisioner/front/cli/reimage_run.h"
#include "provisioner/front/cli/shown_times.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/write_report.h"
#include "provisioner/machine/reimage/disk_plan.h"

namespace provisioner::cli {
namespace {

using value::Dict;
using value::Value;

struct Words : NodeWords {
  std::string images, file;
  CheckWords check;
  AcceptWords accept;
  bool lists_unknown = false;
  bool boots = false, checks = false, is_stored = false, listens = false, is_json = false;
};

void show_disks(const store::NodeRecords& records, const std::vector<NamedNode>& nodes) {
  Table table({"NODE", "DISK", "SIZE", "SERIAL", "WWN", "MODEL", "SEEN"});
  for (const NamedNode& node : nodes) {
    const auto hardware = records.hardware(node.name);
    if (!hardware) continue;
    for (const reimage::FoundDisk& disk : reimage::found_disks(hardware->facts))
      table.add({node.name, disk.name, std::to_string(disk.size / 1'000'000'000) + " GB",
                 disk.serial, disk.wwn, disk.model,
                 seen_text(*hardware)});
  }
  table.print(std::cout);
}

bool names_cables(const std::vector<NamedNode>& nodes) {
  return std::ranges::any_of(nodes, [](const NamedNode& node) {
    return node.is_meant && std::ranges::any_of(node.node.network.interfaces, [](const auto& one) {
             return !one.switch_name.empty();
           });
  });
}

// Asks the nodes themselves, those that are silent by way of the RAM disk where that is wanted.
// Returns why nothing new is known of a node.
std::map<std::string, std::string> ask(const Words& words, const std::vector<NamedNode>& nodes,
                                       store::NodeRecords& records) {
  std::vector<std::string> addresses, awake;
  std::vector<NamedNode> silent;
  for (const NamedNode& node : nodes) addresses.push_back(node.ssh_address());
  const std::vector<bool> answers = transport::answer_ssh(addresses, std::chrono::seconds(2));
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    if (answers[at])
      awake.push_back(nodes[at].name);
    else
      silent.push_back(nodes[at]);
  }
  std::map<std::string, std::string> problems;
  if (!awake.empty()) {
    const bool listens = words.listens || (words.checks && names_cables(nodes));
    const ToldFacts told =
        ask_over_ssh(words, awake, listens ? Listening::yes : Listening::no);
    keep_facts(records, told, "ssh");
    problems = told.problems;
  }
  if (!silent.empty() && words.boots) {
    const auto told = look_from_ram_disk(silent, words.images);
    for (std::size_t at = 0; at < silent.size(); ++at)
      if (!told[at].empty()) problems[silent[at].name] = told[at];
  } else {
    for (const NamedNode& node : silent)
      problems[node.name] = "no SSH server answers; --boot looks from the RAM disk: a power cycle";
  }
  return problems;
}

void show_facts(const Words& words, const store::NodeRecords& records,
                const std::vector<NamedNode>& nodes) {
  if (!words.is_json) return show_disks(records, nodes);
  value::List all;
  for (const NamedNode& node : nodes)
    if (const auto hardware = records.hardware(node.name))
      all.emplace_back(Dict{{"node", node.name},
                            {"seen", os::utc_text(hardware->looked)},
                            {"since", os::utc_text(hardware->time)},
                            {"source", hardware->source},
                            {"facts", hardware->facts}});
  print_json(Value(std::move(all)));
}

int discover(const Words& words) {
  if (!words.accept.mac.empty()) {
    AcceptWords accept = words.accept;
    accept.images = words.images;
    return accept_machine(accept);
  }
  if (words.lists_unknown) {
    NodeWords all = words;
    all.pattern = "all";
    return show_unknown(all, words.is_json);
  }
  if (words.pattern.empty())
    throw base::Error(base::Kind::usage, "no node is named")
        .set_hint("a node, names as n[01:03], or a pattern as for -l");
  const auto all = named_nodes(words, planned_variables(),
                               words.checks ? Others::listed : Others::left_out);
  if (!all) return exit_usage;
  if (!words.check.page.empty()) require_place_for_report(words.check.page);
  std::vector<NamedNode> nodes = *all;
  std::erase_if(nodes, [](const NamedNode& node) { return !node.is_meant; });
  std::map<std::string, std::string> problems;
  {
    store::NodeRecords records = store::NodeRecords::open(state_directory());
    if (!words.file.empty()) {
      const ToldFacts told = read_facts(words.file, nodes);
      keep_facts(records, told, "file");
      problems = told.problems;
    } else if (!words.is_stored) {
      problems = ask(words, nodes, records);
    }
    if (!words.checks) show_facts(words, records, nodes);
  }
  if (words.checks) {
    CheckWords check = words.check;
    check.is_json = words.is_json;
    return check_hardware(*all, problems, check);
  }
  for (const auto& [node, problem] : problems) std::cerr << node << ": " << problem << "\n";
  return problems.empty() ? exit_fine : exit_not_so;
}

void add_words_for_strangers(CLI::App& command, Words& words) {
  command.add_flag("--unknown", words.lists_unknown,
                   "machines that asked the boot service and are not in the inventory");
  CLI::Option* accept = command.add_option(
      "--accept", words.accept.mac,
      "the MAC of such a machine: boots into the RAM disk once somebody switches it on");
  accept->excludes(command.get_option("nodes"));
  command.add_option("--name", words.accept.name, "what it is to be called")->needs(accept);
  command.add_option("--address", words.accept.address, "its own while it boots: 10.78.0.121/24")
      ->needs(accept);
  command.add_option("--to", words.accept.file, "the new inventory file for it")->needs(accept);
  command.add_flag("--yes", words.accept.is_sure, "it is ours")->needs(accept);
}

}  // namespace

void add_discover(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  add_node_words(command, *words, "nodes");
  CLI::Option* boot =
      command.add_flag("--boot", words->boots,
                       "boot nodes that do not answer into the RAM disk: a power cycle");
  command.add_option("--images", words->images, "where images are kept");
  CLI::Option* check =
      command.add_flag("--check", words->checks,
                       "what differs from specification, inventory, cabling and peers; exit 2 "
                       "where it is more than the peers'");
  CLI::Option* lldp = command.add_flag(
      "--lldp", words->listens, "listen which switch port each cable leads to: half a minute");
  CLI::Option* stored =
      command.add_flag("--stored", words->is_stored, "ask nobody: what was found last");
  CLI::Option* file = command.add_option(
      "--from", words->file, "ask nobody: take what --json has written into a file");
  command.add_option("--html", words->check.page, "the racks as a page, with what differs")
      ->needs(check);
  for (CLI::Option* asks : {boot, lldp}) {
    asks->excludes(stored);
    asks->excludes(file);
  }
  stored->excludes(file);
  command.get_option("nodes")->required(false);
  add_words_for_strangers(command, *words);
  command.add_flag("--json", words->is_json, "all that was found, as JSON");
  command.callback([words, &action] { action = [words] { return discover(*words); }; });
}

}  // namespace provisioner::cli
