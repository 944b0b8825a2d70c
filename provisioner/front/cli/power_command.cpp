// provisioner power NODES status, on, off, cycle, soft.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/departure.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/keyboard.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/node_line.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/language/inventory/bmc_address.h"
#include "provisioner/machine/metal/bmc_lock.h"
#include "provisioner/machine/metal/power_change.h"
#include "provisioner/machine/reimage/guard_lock.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using std::chrono::milliseconds;
using value::Dict;
using value::Value;

struct Words : NodeWords {
  std::string wish;
  int timeout = 0, forks = 16;
  bool is_sure = false, is_json = false;
  reimage::Allowed allowed = {.below = {}, .protection = {}, .keeps_disks = true};
};

// How one machine's part of the command ended.
struct Row {
  std::string node;
  metal::PowerOutcome outcome = {};
  milliseconds took{0};
  std::optional<std::string> warning = {};
};

// Nullopt: only to be told.
std::optional<metal::PowerWish> wish_of(const std::string& word) {
  if (word == "status") return std::nullopt;
  if (word == "on") return metal::PowerWish::on;
  if (word == "off") return metal::PowerWish::off;
  if (word == "cycle") return metal::PowerWish::cycle;
  if (word == "soft") return metal::PowerWish::soft;
  const std::vector<std::string> known = {"status", "on", "off", "cycle", "soft"};
  const std::string near = base::suggestion(word, known);
  throw Error(Kind::usage, "power is status, on, off, cycle or soft, not '" + word + "'")
      .set_hint(near.empty() ? "see: provisioner power --help" : near);
}

metal::Patience patience_of(const Words& words, std::optional<metal::PowerWish> wish) {
  metal::Patience patience;
  patience.whole = wish ? metal::usual_patience(*wish) : std::chrono::seconds(30);
  if (words.timeout > 0) patience.whole = std::chrono::seconds(words.timeout);
  // One answer that does not come leaves time for others.
  patience.answer = std::min(patience.answer, patience.whole / 3);
  patience.interval = std::min(patience.interval, patience.whole / 10);
  patience.is_stopped = SignalWatch::has_come;
  return patience;
}

milliseconds since(os::Instant begin) {
  return std::chrono::ceil<milliseconds>(os::system_clock().now() - begin);
}

// The time that it takes to see whose BMC it is comes from the same patience.
void change(const NamedNode& node, const metal::Access& access, metal::PowerWish wish,
            metal::Patience patience, const std::string& who, Row& row) {
  const os::Instant begin = os::system_clock().now();
  const os::Descriptor held = metal::hold_bmc(
      access.state_directory, inventory::read_bmc_address(access.address).key(), who);
  const auto bmc = metal::open_bmc(access);
  row.warning = metal::require_serial(*bmc, node.node.hardware.serial, patience.answer);
  patience.whole -= since(begin);
  row.outcome = metal::PowerChange(*bmc, patience).bring(wish);
}

Row done(const NamedNode& node, std::optional<metal::PowerWish> wish,
         const metal::Patience& patience, const std::string& who) {
  const os::Instant begin = os::system_clock().now();
  Row row{.node = node.name};
  try {
    metal::Access access = node.access();
    access.is_stopped = SignalWatch::has_come;
    if (wish)
      change(node, access, *wish, patience, who, row);
    else
      row.outcome = metal::PowerChange(*metal::open_bmc(access), patience).look();
  } catch (const Error& error) {
    // An order that has left tells that by its outcome.
    row.outcome = {.because = error.kind() == Kind::stopped
                                  ? Error(Kind::stopped, "stopped: it was asked for nothing")
                                  : error};
  }
  row.took = since(begin);
  return row;
}

// Whoever switches off more than one machine says so twice.
void require_consent(const Words& words, const std::vector<NamedNode>& nodes) {
  if (words.is_sure || nodes.size() < 2 || words.wish == "status" || words.wish == "on") return;
  const std::vector<std::string> names = names_of(nodes);
  const Keyboard keyboard;
  if (!keyboard.can_ask())
    throw Error(Kind::usage, "power " + words.wish + " of " + std::to_string(nodes.size()) +
                                 " nodes needs --yes where nobody can be asked")
        .set_hint("they are " + base::join(names, ", "));
  keyboard.say("power " + words.wish + " of " + std::to_string(nodes.size()) +
               " nodes: " + base::join(names, ", ") + "\nIs that meant? Type yes: ");
  if (keyboard.line().text != "yes")
    throw Error(Kind::refused, "it was not meant: nothing was done");
}

// What its cluster or its group cannot spare is not switched off. A machine that is dead already is
// asked about as well: nothing hangs on it then. What is answered is held until they are off:
// whoever asks beside us would count on them.
std::optional<os::Descriptor> require_spared(const Words& words,
                                             const std::vector<NamedNode>& nodes) {
  if (words.wish == "status" || words.wish == "on") return std::nullopt;
  ReimageGuards guards(words.run, words.allowed);
  if (guards.are_none()) return std::nullopt;
  os::make_directories(state_directory(), 0700);
  os::Descriptor alone = reimage::hold_guards(state_directory(), os::system_clock(),
                                              metal::real_pause(), SignalWatch::has_come);
  const reimage::Verdict verdict = guards.ask(names_of(nodes));
  for (const std::string& sentence : verdict.agreed) std::cerr << base::one_line(sentence) << "\n";
  for (const auto& [node, sentences] : verdict.objections)
    std::cerr << "against it: " << node << " stays: " << base::one_line(base::join(sentences, "; "))
              << "\n";
  if (!verdict.objections.empty())
    throw Error(Kind::refused, "power " + words.wish + ": nothing was done");
  return alone;
}

std::string because_of(const Row& row) {
  return row.outcome.because ? without_name(row.node, row.outcome.because->message()) : "";
}

std::string hint_of(const Row& row) {
  return row.outcome.because ? base::replace_all(row.outcome.because->hint(), "NODE", row.node)
                             : "";
}

std::string seconds_of(milliseconds time) {
  const auto tenths = std::chrono::round<std::chrono::duration<int, std::deci>>(time).count();
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

void show_json(const std::vector<Row>& rows) {
  value::List list;
  for (const Row& row : rows)
    list.emplace_back(Dict{{"node", row.node},
                           {"power", metal::name_of(row.outcome.power)},
                           {"as_wished", row.outcome.is_as_wished},
                           {"seconds", static_cast<double>(row.took.count()) / 1000},
                           {"because", because_of(row)},
                           {"hint", hint_of(row)},
                           {"warning", row.warning ? Value(*row.warning) : Value()}});
  print_json(Value(std::move(list)));
}

void show_table(const std::vector<Row>& rows) {
  Table table({"NODE", "POWER", "SECONDS", "BECAUSE"});
  for (const Row& row : rows)
    table.add({row.node, std::string(metal::name_of(row.outcome.power)), seconds_of(row.took),
               because_of(row)});
  table.print(std::cout);
  std::string last;
  for (const Row& row : rows) {
    std::string hint = hint_of(row);
    if (!hint.empty() && hint != last) std::cerr << "hint: " << row.node << ": " << hint << "\n";
    last = hint;
  }
}

void tell_unchecked(const std::vector<Row>& rows) {
  for (const Row& row : rows)
    if (row.warning)
      std::cerr << "warning: " << row.node << ": " << base::one_line(*row.warning) << "\n";
}

// Who only looks needs no state.
void tell_unwritable() {
  const std::string directory = state_directory();
  if (os::exists(directory) && ::access(directory.c_str(), W_OK) != 0)
    std::cerr << "warning: '" << directory
              << "' cannot be written: other commands to these BMCs are not waited for\n";
}

int power(const Words& words) {
  const auto wish = wish_of(words.wish);
  const auto nodes = named_nodes(words);
  if (!nodes) return exit_usage;
  require_consent(words, *nodes);
  const SignalWatch signals;  // a machine is not left in the middle without a word
  const std::optional<os::Descriptor> alone = require_spared(words, *nodes);
  const metal::Patience patience = patience_of(words, wish);
  const std::string who =
      operator_name() + ", process " + std::to_string(::getpid()) + ": power " + words.wish;
  std::vector<Row> rows(nodes->size());
  if (!wish) tell_unwritable();
  for_each_at_once(rows.size(), static_cast<std::size_t>(words.forks),
                   [&](std::size_t at) { rows[at] = done(nodes->at(at), wish, patience, who); });
  words.is_json ? show_json(rows) : show_table(rows);
  tell_unchecked(rows);
  const auto is_stopped = [](const Row& row) {
    return row.outcome.because && row.outcome.because->kind() == Kind::stopped;
  };
  if (std::ranges::any_of(rows, is_stopped)) return exit_signal;
  const auto is_good = [](const Row& row) { return row.outcome.is_as_wished; };
  return std::ranges::all_of(rows, is_good) ? exit_fine : exit_not_so;
}

}  // namespace

void add_power(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  add_node_words(command, *words, "nodes");
  command.add_option("wish", words->wish, "status, on, off, cycle or soft")->required();
  command.add_flag("--yes", words->is_sure, "more than one node is meant");
  command
      .add_option("--timeout", words->timeout,
                  "seconds until it must be so (60; soft 300; status 30; cycle: for each half)")
      ->check(CLI::Range(1, 3600));
  command.add_option("--forks", words->forks, "how many BMCs at once (16)")
      ->check(CLI::Range(1, 256));
  add_many(command, "--allow-below", words->allowed.below,
           "GROUP, or instance_NAME, that may fall below what it needs");
  command.add_flag("--json", words->is_json, "as JSON");
  command.callback([words, &action] { action = [words] { return power(*words); }; });
}

}  // namespace provisioner::cli
