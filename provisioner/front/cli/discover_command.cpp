// provisioner discover NODES.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <iostream>
#include <map>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/accept_machine.h"
#include "provisioner/front/cli/ask_power.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/discover_boot.h"
#include "provisioner/front/cli/discover_facts.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/hardware_check.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/reached_nodes.h"
#include "provisioner/front/cli/reimage_plan.h"
#include "provisioner/front/cli/shown_times.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/unknown_machines.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cli/write_report.h"
#include "provisioner/machine/hardware/units.h"
#include "provisioner/machine/reimage/deploy_order.h"
#include "provisioner/machine/reimage/disk_plan.h"

namespace provisioner::cli {
namespace {

using value::Dict;
using value::Value;

using Problems = std::map<std::string, std::string>;  // by node

struct Words : NodeWords {
  std::string file;
  LookWish look;
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
    const std::vector<reimage::FoundDisk> disks = reimage::found_disks(hardware->facts);
    for (const reimage::FoundDisk& disk : disks)
      table.add({node.name, disk.name, hardware::gb_text(static_cast<std::int64_t>(disk.size)),
                 disk.serial, disk.wwn, disk.model, seen_text(*hardware)});
    if (disks.empty()) table.add({node.name, "-", "-", "-", "-", "-", seen_text(*hardware)});
  }
  table.print(std::cout);
}

bool names_cables(const std::vector<NamedNode>& nodes) {
  return std::ranges::any_of(nodes, [](const NamedNode& node) {
    return node.is_meant && reimage::names_switches(node.node);
  });
}

// Of a node behind another its BMC alone tells that it cannot answer.
void count_as_silent_where_off(Reached& reached) {
  const std::vector<PowerSaid> said = ask_power(reached.behind, patience_of_a_look());
  for (std::size_t at = 0; at < said.size(); ++at) {
    if (said[at].problem || said[at].power != metal::Power::off) continue;
    std::erase(reached.awake, reached.behind[at].name);
    reached.silent.push_back(reached.behind[at]);
  }
}

// Asks the nodes themselves, those that are silent by way of the RAM disk where that is wanted.
// Returns why nothing new is known of a node; nullopt where a restart was refused, before any node
// was asked.
std::optional<Problems> ask(const Words& words, const std::vector<NamedNode>& nodes,
                            store::NodeRecords& records) {
  Problems problems;
  Reached reached = reach(nodes, problems);
  if (words.boots) count_as_silent_where_off(reached);
  const auto& [awake, silent, behind] = reached;
  std::optional<Look> look;
  if (words.boots && !silent.empty()) {
    look.emplace(words.run, silent, words.look, problems);
    if (!look->may_begin(problems)) return std::nullopt;
  }
  if (!awake.empty()) {
    const bool listens = words.listens || (words.checks && names_cables(nodes));
    const std::atomic<int> never = 0;
    const ToldFacts told =
        ask_over_ssh(words.run, awake, listens ? Listening::yes : Listening::no, never);
    keep_facts(records, told, "ssh");
    problems.insert(told.problems.begin(), told.problems.end());
  }
  if (look) {
    look->begin(problems);
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

int accept(const Words& words) {
  AcceptWords accept = words.accept;
  accept.run = words.run;
  accept.images = words.look.images;
  accept.is_sure = words.look.is_sure;
  return accept_machine(accept);
}

Problems unseen(const std::vector<NamedNode>& nodes, const store::NodeRecords& records) {
  Problems problems;
  for (const NamedNode& node : nodes)
    if (!records.hardware(node.name)) problems[node.name] = never_seen;
  return problems;
}

// What is new of the nodes, from wherever the words say; nullopt as for `ask`.
std::optional<Problems> look_at(const Words& words, const std::vector<NamedNode>& nodes,
                                store::NodeRecords& records) {
  if (words.is_stored) return words.checks ? Problems() : unseen(nodes, records);
  if (words.file.empty()) return ask(words, nodes, records);
  const ToldFacts told = read_facts(words.file, nodes);
  keep_facts(records, told, "file");
  return told.problems;
}

int discover(const Words& words) {
  if (!words.accept.mac.empty()) return accept(words);
  if (words.lists_unknown) return show_unknown(words, words.is_json);
  if (words.pattern.empty())
    throw base::Error(base::Kind::usage, "no node is named")
        .set_hint("a node, names as n[01:03], or a pattern as for -l");
  const auto all =
      named_nodes(words, planned_variables(), words.checks ? Others::listed : Others::left_out);
  if (!all) return exit_usage;
  if (words.check.page == "-" && words.is_json)
    throw base::Error(base::Kind::usage, "--json and --html - both are the whole output")
        .set_hint("a file for one of them: --html racks.html");
  if (!words.check.page.empty()) require_place_for_report(words.check.page);
  std::vector<NamedNode> nodes = *all;
  std::erase_if(nodes, [](const NamedNode& node) { return !node.is_meant; });
  std::optional<Problems> problems;
  {
    store::NodeRecords records = store::NodeRecords::open(state_directory());
    problems = look_at(words, nodes, records);
    if (!problems) return exit_not_so;
    if (!words.checks) show_facts(words, records, nodes);
  }
  if (words.checks && !SignalWatch::has_come()) {
    CheckWords check = words.check;
    check.is_json = words.is_json;
    return check_hardware(*all, *problems, check);
  }
  say_problems(*problems);
  if (SignalWatch::has_come()) return exit_signal;
  return problems->empty() ? exit_fine : exit_not_so;
}

void add_words_for_strangers(CLI::App& command, Words& words) {
  CLI::Option* unknown =
      command.add_flag("--unknown", words.lists_unknown,
                       "machines that asked the boot service and are not in the inventory");
  CLI::Option* accept = command.add_option(
      "--accept", words.accept.mac,
      "the MAC of such a machine: boots into the RAM disk once somebody switches it on");
  for (const char* of_nodes : {"nodes", "--boot", "--check", "--lldp", "--stored", "--from"})
    for (CLI::Option* of_strangers : {unknown, accept})
      of_strangers->excludes(command.get_option(of_nodes));
  accept->excludes(unknown);
  command.add_option("--name", words.accept.name, "what it is to be called")->needs(accept);
  command.add_option("--address", words.accept.address, "its own while it boots: 10.78.0.121/24")
      ->needs(accept);
  command.add_option("--to", words.accept.file, "the new inventory file for it")->needs(accept);
}

// Options that are about asking nodes.
void add_words_for_asking(CLI::App& command, Words& words) {
  CLI::Option* boot = command.add_flag(
      "--boot", words.boots, "boot nodes that do not answer into the RAM disk: a power cycle");
  for (CLI::Option* option : add_departure_words(command, words.look.departure))
    option->needs(boot);
  add_image_folder(command, words.look.images);
  command.add_flag("--yes", words.look.is_sure,
                   "what would be asked is meant: nodes at work or switched on for --boot, a "
                   "machine of ours for --accept");
  CLI::Option* lldp = command.add_flag(
      "--lldp", words.listens, "listen which switch port each cable leads to: half a minute");
  CLI::Option* stored =
      command.add_flag("--stored", words.is_stored, "ask nobody: what was found last");
  CLI::Option* file = command.add_option("--from", words.file,
                                         "ask nobody: take what --json has written into a file");
  for (CLI::Option* asks : {boot, lldp}) {
    asks->excludes(stored);
    asks->excludes(file);
  }
  stored->excludes(file);
}

}  // namespace

void add_discover(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  add_node_words(command, *words, "nodes");
  command.get_option("nodes")->required(false);
  add_words_for_asking(command, *words);
  CLI::Option* check =
      command.add_flag("--check", words->checks,
                       "what differs from specification, inventory, cabling and peers; exit 2 "
                       "where it is more than the peers'");
  command.add_option("--html", words->check.page, "the racks as a page, with what differs")
      ->needs(check);
  add_words_for_strangers(command, *words);
  command.add_flag("--json", words->is_json, "all that was found, as JSON");
  command.callback([words, &action] { action = [words] { return discover(*words); }; });
}

}  // namespace provisioner::cli
