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
#include "provisioner/front/cli/first_log_in.h"
#include "provisioner/front/cli/node_lines.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/program.h"
#include "provisioner/front/cli/run_record.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/machine/image/image_store.h"
#include "provisioner/machine/reimage/deploy_order.h"

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
void move_all(const ReimageRun& run, std::vector<std::string>& ready, Stage stage,
              const std::string& detail, const std::string& id, NodeLines& lines) {
  for (const NamedNode& node : run.nodes) {
    const auto found = std::ranges::find(ready, node.name);
    if (found == ready.end()) continue;
    try {
      BootedNode(node, id, lines).move(stage, detail);
    } catch (const Error& error) {  // somebody has put it into maintenance meanwhile
      if (error.kind() != Kind::refused) throw;
      lines.say(node.name, error);
      ready.erase(found);
    }
  }
}

// Of nodes behind another the log-in is the first sign that they have booted.
std::chrono::seconds patience_of(const ReimageRun& run) {
  const bool is_first_sign = std::ranges::any_of(run.nodes, &NamedNode::is_behind_another);
  return is_first_sign ? metal::rule_of(Stage::installed).deadline : to_let_us_in;
}

// Those that a playbook would reach; none where it was stopped meanwhile.
void keep_those_that_let_us_in(const ReimageRun& run, std::vector<std::string>& ready,
                               const std::string& id, NodeLines& lines,
                               const std::atomic<int>& stop) {
  const auto problems = try_log_in(run.playbook, ready, patience_of(run), stop);
  if (stop != 0) return ready.clear();
  for (const auto& [node, problem] : problems) {
    std::vector<std::string> alone = {node};
    lines.say(node, "its new system lets nobody in: " + problem);
    move_all(run, alone, Stage::failed, "its new system lets nobody in", id, lines);
    std::erase(ready, node);
  }
}

// What is known of their disks is what lay there before.
void look_at_new_systems(const ReimageRun& run, const std::vector<std::string>& ready,
                         NodeLines& lines) {
  NodeWords words;
  words.run = run.playbook;
  const ToldFacts told = ask_over_ssh(words, ready, Listening::no);
  store::NodeRecords records = store::NodeRecords::open(state_directory());
  keep_facts(records, told, "ssh");
  for (const auto& [node, problem] : told.problems)
    lines.say(node, "its new system does not tell its hardware: " + problem);
}

int play(const ReimageRun& run, std::vector<std::string>& ready, const std::string& id,
         NodeLines& lines) {
  if (run.playbook.playbooks.empty()) return 0;
  RunWords words = run.playbook;
  words.limit = base::join(ready, ",");
  std::vector<std::string> typed = {"run", words.playbooks.front(), "-l", words.limit};
  for (const std::string& inventory : words.inventories)
    typed.insert(typed.end(), {"-i", inventory});
  const int code = execute_run(words, {.words = typed});
  if (code != 0)
    move_all(run, ready, Stage::failed, "the playbook ended with " + std::to_string(code), id,
             lines);
  return code;
}

int configure(const ReimageRun& run, std::vector<std::string> ready, const std::string& id,
              NodeLines& lines, const std::atomic<int>& stop) {
  const std::size_t wanted = ready.size();
  const std::vector<std::string>& playbooks = run.playbook.playbooks;
  move_all(run, ready, Stage::configuring,
           playbooks.empty() ? "the first log-in" : playbooks.front(), id, lines);
  if (!ready.empty()) keep_those_that_let_us_in(run, ready, id, lines, stop);
  if (ready.empty()) return exit_not_so;
  look_at_new_systems(run, ready, lines);
  if (const int code = play(run, ready, id, lines); code != 0) return code;
  move_all(run, ready, Stage::in_service, "", id, lines);
  return ready.size() == wanted ? 0 : exit_not_so;
}

// What goes on by `resume`, and what does not.
void say_what_next(const ReimageRun& run, const std::vector<Arrival>& arrivals,
                   const std::string& id) {
  std::vector<std::string> refused;
  for (std::size_t at = 0; at < arrivals.size(); ++at)
    if (arrivals[at] == Arrival::refused) refused.push_back(run.nodes[at].name);
  if (!refused.empty())
    std::cerr << "see what would be done now: provisioner reimage " << base::join(refused, ",")
              << "\n";
  if (refused.size() != arrivals.size())
    std::cerr << "go on when that is mended: provisioner resume " << id << "\n";
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
  int result = ready.size() == names.size() ? 0 : exit_not_so;
  if (!ready.empty() && stop == 0 && configure(run, ready, record.run(), lines, stop) != 0)
    result = exit_not_so;
  const bool is_stopped = SignalWatch::has_come();
  record.end(is_stopped ? run::interrupted : result);
  if (result != 0 || is_stopped) say_what_next(run, arrivals, record.run());
  return is_stopped ? run::interrupted : result;
}

std::vector<std::string> look_from_ram_disk(const std::vector<NamedNode>& nodes,
                                            const std::string& images,
                                            ReimageGuards& guards) {
  const image::BootFiles files = image::Store::open(images).require_boot_files();
  const SignalWatch signals;
  NodeLines lines(std::cerr);  // the facts are what is asked for
  std::vector<std::string> problems(nodes.size());
  for_each_at_once(nodes.size(), 20, [&](std::size_t at) {
    try {
      static const std::string no_run;
      BootedNode(nodes[at], no_run, lines)
          .boot(to_value(reimage::look_order(nodes[at].node, files)), Stage::discovered,
                [&] { require_unguarded(guards, nodes, nodes[at].name); });
    } catch (const Error& error) {
      lines.say(nodes[at].name, error);
      problems[at] = error.message();
    }
  });
  return problems;
}

}  // namespace provisioner::cli
