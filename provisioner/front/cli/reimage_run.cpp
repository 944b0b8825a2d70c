// Nodes on their way from a power cycle to service.

#include "provisioner/front/cli/reimage_run.h"

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/engine/run/exit_code.h"
#include "provisioner/engine/run/task_pump.h"
#include "provisioner/front/cli/booted_node.h"
#include "provisioner/front/cli/departure.h"
#include "provisioner/front/cli/discover_facts.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/first_log_in.h"
#include "provisioner/front/cli/node_lines.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/run_record.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/machine/metal/stage_move.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using metal::Stage;
using value::Value;

constexpr std::chrono::minutes to_let_us_in{1};

Value order_for(const Value& plan, const std::string& node) {
  if (const Value* planned = planned_node(plan, node)) return *planned->find("order");
  throw Error(Kind::bug, "the plan has no order for '" + node + "'");
}

enum class Arrival : std::uint8_t { there, missing, refused };  // the last by its RAM disk

Arrival bring(const ReimageRun& run, const NamedNode& node, const std::string& id,
              NodeLines& lines) {
  try {
    BootedNode one(node, id, lines);
    try {
      if (!one.is_written()) {
        if (run.earlier) one.hold_against(*run.earlier, run.plan);
        one.boot(order_for(run.plan, node.name), Stage::installed,
                 [&] { require_unguarded(run.guards, run.nodes, node.name); });
      }
      one.await_log_in();
      return Arrival::there;
    } catch (const Error& error) {
      lines.say(node.name, error);
      return one.is_refused() ? Arrival::refused : Arrival::missing;
    }
  } catch (const Error& error) {  // of the store
    lines.say(node.name, error);
    return Arrival::missing;
  }
}

// Of these nodes those that may not take the step are left out from here on.
void move_all(std::vector<std::string>& ready, Stage stage, const std::string& detail,
              NodeLines& lines) {
  store::NodeRecords records = store::NodeRecords::open(state_directory());
  std::erase_if(ready, [&](const std::string& node) {
    try {
      metal::move_node(records, node, stage, detail, operator_name());
      return false;
    } catch (const Error& error) {  // somebody has put it into maintenance meanwhile
      if (error.kind() != Kind::refused) throw;
      lines.say(node, error);
      return true;
    }
  });
}

// Of nodes behind another the log-in is the first sign that they have booted.
std::chrono::seconds patience_of(const ReimageRun& run, const std::vector<std::string>& ready) {
  const bool is_first_sign = std::ranges::any_of(run.nodes, [&](const NamedNode& node) {
    return std::ranges::find(ready, node.name) != ready.end() && node.is_behind_another();
  });
  return is_first_sign ? metal::rule_of(Stage::installed).deadline : to_let_us_in;
}

// Those that a playbook would reach; none where it was stopped meanwhile.
void keep_those_that_let_us_in(const ReimageRun& run, std::vector<std::string>& ready,
                               NodeLines& lines, const std::atomic<int>& stop) {
  const auto problems = try_log_in(run.playbook, ready, patience_of(run, ready), stop);
  if (stop != 0) return ready.clear();
  for (const auto& [node, problem] : problems) {
    std::vector<std::string> alone = {node};
    lines.say(node, "its new system lets nobody in: " + problem);
    move_all(alone, Stage::failed, "its new system lets nobody in", lines);
    std::erase(ready, node);
  }
}

// What is known of their disks is what lay there before. Without it they are nodes all the same.
void look_at_new_systems(const ReimageRun& run, const std::vector<std::string>& ready,
                         NodeLines& lines, const std::atomic<int>& stop) {
  try {
    const ToldFacts told = ask_over_ssh(run.playbook, ready, Listening::no, stop);
    store::NodeRecords records = store::NodeRecords::open(state_directory());
    keep_facts(records, told, "ssh");
    for (const auto& [node, problem] : told.problems)
      lines.say(node, "its new system does not tell its hardware: " + problem);
  } catch (const Error& error) {
    lines.say(base::join(ready, ","), error);
  }
}

int play(const ReimageRun& run, std::vector<std::string>& ready, NodeLines& lines) {
  if (run.playbook.playbooks.empty()) return 0;
  RunWords words = run.playbook;
  words.limit = base::join(ready, ",");
  std::vector<std::string> typed = {"run", words.playbooks.front(), "-l", words.limit};
  for (const std::string& inventory : words.inventories)
    typed.insert(typed.end(), {"-i", inventory});
  const int code = execute_run(words, {.words = typed});
  if (code != 0)
    move_all(ready, Stage::failed, "the playbook ended with " + std::to_string(code), lines);
  return code;
}

int configure(const ReimageRun& run, std::vector<std::string> ready, NodeLines& lines,
              const std::atomic<int>& stop) {
  const std::size_t wanted = ready.size();
  const std::vector<std::string>& playbooks = run.playbook.playbooks;
  move_all(ready, Stage::configuring, playbooks.empty() ? "the first log-in" : playbooks.front(),
           lines);
  if (!ready.empty()) keep_those_that_let_us_in(run, ready, lines, stop);
  if (!ready.empty()) look_at_new_systems(run, ready, lines, stop);
  if (ready.empty() || stop != 0) return exit_not_so;
  if (const int code = play(run, ready, lines); code != 0) return code;
  move_all(ready, Stage::in_service, "", lines);
  return ready.size() == wanted ? 0 : exit_not_so;
}

// What a new plan needs: `resume` would change nothing.
void say_refused(const ReimageRun& run, const std::vector<Arrival>& arrivals) {
  std::vector<std::string> refused;
  for (std::size_t at = 0; at < arrivals.size(); ++at)
    if (arrivals[at] == Arrival::refused) refused.push_back(run.nodes[at].name);
  if (!refused.empty())
    std::cerr << "see what would be done now: provisioner reimage " << base::join(refused, ",")
              << "\n";
}

}  // namespace

int run_reimage(const ReimageRun& run) {
  store::RunStore store = store::RunStore::open(state_directory());
  const std::vector<std::string> names = names_of(run.nodes);
  std::vector<std::string> ready;
  RunRecord record(store, {.typed = run.typed,
                           .parameters = value::Dict{{"directory", os::absolute(".")},
                                                     {"plan", run.plan}},
                           .nodes = names,
                           .steals_locks = run.steals_locks});
  std::atomic<int> stop = 0;
  // The nodes go on by themselves, and `resume` takes up the rest.
  const SignalWatch signals(stop, static_cast<int>(run::Stop::at_once));
  NodeLines lines(std::cout);
  std::vector<Arrival> arrivals(run.nodes.size(), Arrival::missing);
  for_each_at_once(run.nodes.size(), static_cast<std::size_t>(run.at_once), [&](std::size_t at) {
    arrivals[at] = bring(run, run.nodes[at], record.run(), lines);
  });
  for (std::size_t at = 0; at < arrivals.size(); ++at)
    if (arrivals[at] == Arrival::there) ready.push_back(names[at]);
  record.unlock();  // the playbook's run takes them
  const bool is_configured =
      ready.empty() || (stop == 0 && configure(run, ready, lines, stop) == 0);
  const bool is_stopped = SignalWatch::has_come();
  const int result = is_configured && ready.size() == names.size() ? 0 : exit_not_so;
  record.end(is_stopped ? run::interrupted : result);
  say_refused(run, arrivals);
  if (is_stopped || !is_configured || std::ranges::count(arrivals, Arrival::missing) != 0)
    std::cerr << "when what failed is mended, go on: provisioner resume " << record.run() << "\n";
  return is_stopped ? run::interrupted : result;
}

}  // namespace provisioner::cli
