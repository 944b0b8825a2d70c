// provisioner burnin NODES.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/burnin_run.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/hardware_check.h"
#include "provisioner/front/cli/keyboard.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/reimage_plan.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/machine/hardware/burnin.h"
#include "provisioner/machine/metal/life_cycle.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using hardware::Burnin;
using value::Value;

struct Words : NodeWords {
  BurninWish wish;
  std::string parts, interface;
  std::int64_t seconds = 10;
  bool is_sure = false, is_json = false;
};

const std::vector<std::string>& all_parts() {
  static const std::vector<std::string> parts = {"memory", "cpu", "disk", "network"};
  return parts;
}

BurninWish wish_of(const Words& words, std::size_t nodes) {
  BurninWish wish = words.wish;
  wish.time = std::chrono::seconds(words.seconds);
  if (words.parts.empty()) {
    wish.parts = {all_parts().begin(), all_parts().end()};
    if (nodes < 2) wish.parts.erase("network");
    return wish;
  }
  for (const std::string& part : base::split(words.parts, ',')) {
    if (std::ranges::find(all_parts(), part) == all_parts().end())
      throw Error(Kind::usage, "there is no part '" + part + "' to burn in")
          .set_hint("they are " + base::join(all_parts(), ", "));
    wish.parts.insert(part);
  }
  if (wish.parts.contains("network") && nodes < 2)
    throw Error(Kind::usage, "the network is measured between nodes: it takes two of them");
  return wish;
}

// Who works for somebody is not loaded unasked.
void require_consent(const Words& words, const std::vector<NamedNode>& nodes) {
  const store::NodeRecords records = store::NodeRecords::open(state_directory());
  std::vector<std::string> busy;
  for (const NamedNode& node : nodes) {
    const auto state = records.state(node.name);
    if (state && metal::stage_of(state->state) == metal::Stage::in_service)
      busy.push_back(node.name);
  }
  if (busy.empty() || words.is_sure) return;
  const Keyboard keyboard;
  const std::string what = "burnin loads " + base::counted(busy.size(), "node") + " in service";
  if (!keyboard.can_ask())
    throw Error(Kind::usage, what + ": it needs --yes where nobody can be asked")
        .set_hint("in service: " + base::join(busy, ", "));
  keyboard.say(what + ": " + base::join(busy, ", ") + "\nIs that meant? Type yes: ");
  if (keyboard.line().text != "yes")
    throw Error(Kind::refused, "it was not meant: nothing was done");
}

// With what else is known of the same machine and was not looked at: other parts, and cables.
void keep(store::NodeRecords& records, const ToldFacts& told) {
  ToldFacts whole;
  for (const auto& [node, facts] : told.found) {
    whole.found[node] = facts;
    const auto former = known_hardware(records, node);
    if (!former || !hardware::is_same_machine(facts, former->facts)) continue;
    value::Dict merged = hardware::with_former_burnin(facts, former->facts).dict();
    if (const Value* cables = former->facts.find("lldp")) merged.set("lldp", *cables);
    whole.found[node] = Value(std::move(merged)).untrusted();
  }
  keep_facts(records, whole, "ssh");
}

std::string amount(std::int64_t number, const std::string& unit) {
  return std::to_string(number) + " " + unit;
}

// The slowest: whoever compares two disks of a node has them all in --json.
std::string disks_text(std::vector<Burnin::Disk> disks) {
  if (disks.empty()) return "-";
  std::erase_if(disks, [](const Burnin::Disk& disk) { return !disk.problem.empty(); });
  if (disks.empty()) return "not read";
  const Burnin::Disk& slowest = *std::ranges::min_element(disks, {}, &Burnin::Disk::speed);
  const std::string count = std::to_string(disks.size());
  return slowest.name + " " + amount(slowest.speed, "MiB/s") +
         (disks.size() > 1 ? " (slowest of " + count + ")" : "");
}

void show_measures(const ToldFacts& told) {
  Table table({"NODE", "MEMORY", "PROCESSORS", "SLOWEST CORE", "SLOWEST DISK", "SENT, RECEIVED"});
  for (const auto& [node, facts] : told.found) {
    const Burnin burnin = hardware::read_burnin(facts);
    const bool has_cpu = burnin.processors.has_value();
    table.add({node, burnin.memory ? amount(burnin.memory->speed, "MiB/s") : "-",
               has_cpu ? amount(burnin.processors->rate, "Mop/s") : "-",
               has_cpu ? amount(burnin.processors->slowest, "Mop/s") + " (core " +
                             std::to_string(burnin.processors->slowest_core) + ")"
                       : "-",
               disks_text(burnin.disks),
               burnin.lines.empty() ? "-"
                                    : std::to_string(burnin.best_sent()) + ", " +
                                          amount(burnin.best_received(), "MiB/s")});
  }
  table.print(std::cout);
  std::cout << std::endl;
}

// A disk that could not be read at all was not measured, and that is no finding of its own.
void add_disk_problems(ToldFacts& told) {
  for (const auto& [node, facts] : told.found)
    for (const Burnin::Disk& disk : hardware::read_burnin(facts).disks)
      if (!disk.problem.empty() && !disk.is_stuck)
        told.add_problem(node, "disk " + disk.name + ": " + disk.problem);
}

bool is_unclear(const NamedNode& node) { return node.is_meant && node.problem; }

int burnin(const Words& words) {
  const auto all = named_nodes(words, planned_variables(), Others::listed);
  if (!all) return exit_usage;
  std::vector<NamedNode> nodes;
  for (const NamedNode& node : *all)
    if (node.is_meant && !node.problem) nodes.push_back(node);
  if (nodes.empty()) throw *std::ranges::find_if(*all, is_unclear)->problem;
  const BurninWish wish = wish_of(words, nodes.size());
  require_consent(words, nodes);
  std::cerr << "burning in " << base::counted(nodes.size(), "node") << ": "
            << base::join({wish.parts.begin(), wish.parts.end()}, ", ") << ", " << words.seconds
            << " s each; Ctrl-C ends it, on the nodes too\n";
  Burned burned = burn_in(words, nodes, wish, words.interface);
  if (burned.is_stopped) {
    std::cerr << "stopped: nothing of it is kept\n";
    return exit_signal;
  }
  add_disk_problems(burned.told);
  {
    store::NodeRecords records = store::NodeRecords::open(state_directory());
    keep(records, burned.told);
  }
  if (!words.is_json) show_measures(burned.told);
  const CheckWords check{.scope = CheckWords::Scope::burnins, .page = "", .is_json = words.is_json};
  return check_hardware(*all, burned.told.problems, check);
}

}  // namespace

void add_burnin(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  add_node_words(command, *words, "nodes");
  command.add_option("--seconds", words->seconds, "how long each part is loaded: 10")
      ->check(CLI::Range(1, 3600));
  command.add_option("--parts", words->parts, "of memory,cpu,disk,network; else all of them");
  command
      .add_option("--memory", words->wish.memory_percent,
                  "percent of the available memory; else a quarter, at most 1 GiB")
      ->check(CLI::Range(1, 90));
  command.add_option("--rounds", words->wish.rounds, "how many others each node meets: 3")
      ->check(CLI::Range(1, 1000));
  command.add_option("--interface", words->interface,
                     "whose addresses the nodes call each other by; else those of SSH");
  command.add_option("--port", words->wish.port, "where they wait for each other: 7913")
      ->check(CLI::Range(1, 65535));
  command.add_option("-f,--forks", words->run.forks, "how many nodes are loaded at a time")
      ->check(CLI::Range(1, 1000));
  command.add_flag("--yes", words->is_sure, "nodes in service too");
  command.add_flag("--json", words->is_json, "what was measured and found, as JSON");
  command.callback([words, &action] { action = [words] { return burnin(*words); }; });
}

}  // namespace provisioner::cli
