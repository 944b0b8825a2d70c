// provisioner node status, log, state.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/node_line.h"
#include "provisioner/front/cli/node_log.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/unknown_node.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/machine/metal/stage_move.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

struct Words {
  std::string node, state, because;
  NodeLogWords log;
  bool is_json = false;
};

std::chrono::seconds age(store::WallTime then) {
  return std::chrono::duration_cast<std::chrono::seconds>(os::system_clock().wall() - then);
}

std::string spoken(std::chrono::seconds time) {
  const auto seconds = time.count();
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7200) return std::to_string(seconds / 60) + " min";
  if (seconds < 172'800) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86'400) + " d";
}

// Below zero once the deadline is over; nullopt where the node may stay as it is.
std::optional<std::chrono::seconds> time_left(const store::NodeRecords& records,
                                              const store::NodeState& state) {
  const auto stage = metal::stage_of(state.state);
  if (!stage || metal::rule_of(*stage).deadline.count() == 0) return std::nullopt;
  return metal::rule_of(*stage).deadline - age(metal::last_sign(records, state));
}

std::string left_text(const std::optional<std::chrono::seconds>& left) {
  if (!left) return "-";
  return left->count() < 0 ? "over since " + spoken(-*left) : spoken(*left);
}

// What a node waits for, in the words of the life cycle's table.
std::string waits_for(const store::NodeState& state) {
  const auto stage = metal::stage_of(state.state);
  const std::string rule = stage ? std::string(metal::rule_of(*stage).waits_for) : "";
  if (state.detail.empty()) return rule;
  return rule.empty() || rule == "nothing" ? state.detail : rule + ": " + state.detail;
}

// A node with its place in time.
struct Status {
  store::NodeState state;
  std::optional<std::chrono::seconds> left;

  // What a person does for it; "" where it gets on by itself.
  std::string next_step() const {
    const auto stage = metal::stage_of(state.state);
    const bool is_late = left && left->count() < 0;
    return stage && (is_late || stage == metal::Stage::failed)
               ? metal::next_step(*stage, state.node)
               : "";
  }
};

std::vector<Status> statuses(const std::string& node) {
  const store::NodeRecords records = store::NodeRecords::open(state_directory());
  std::vector<Status> all;
  for (const store::NodeState& state : records.states())
    if (node.empty() || state.node == node) all.push_back({state, time_left(records, state)});
  if (all.empty() && !node.empty()) throw unknown_node(records, node);
  return all;
}

Value to_value(const Status& status) {
  const store::NodeState& state = status.state;
  const std::string next_step = status.next_step();
  return Dict{{"node", state.node},
              {"state", state.state},
              {"since", os::utc_text(state.since)},
              {"detail", state.detail},
              {"waits_for", waits_for(state)},
              {"seconds_left", status.left ? Value(std::int64_t{status.left->count()}) : Value()},
              {"next_step", next_step.empty() ? Value() : Value(next_step)},
              {"changed_by", state.changed_by}};
}

int show_status(const Words& words) {
  const std::vector<Status> all = statuses(words.node);
  if (words.is_json) {
    List list;
    for (const Status& status : all) list.push_back(to_value(status));
    print_json(Value(std::move(list)));
    return exit_fine;
  }
  Table table({"NODE", "STATE", "SINCE", "TIME LEFT", "BY", "WAITS FOR"});
  for (const auto& [state, left] : all)
    table.add({state.node, state.state, spoken(age(state.since)), left_text(left),
               state.changed_by, waits_for(state)});
  table.print(std::cout);
  for (const Status& status : all)
    if (const std::string next_step = status.next_step(); !next_step.empty())
      std::cout << node_line(status.state.node, next_step) << "\n";
  return exit_fine;
}

int show_log(const Words& words) { return show_node_log(words.log); }

// Only what a person knows better than the machines.
metal::Stage told_stage(const std::string& word) {
  using enum metal::Stage;
  std::vector<std::string> names;
  for (const metal::Stage stage : {maintenance, in_service, enrolled}) {
    names.emplace_back(name_of(stage));
    if (word == names.back()) return stage;
  }
  throw Error(Kind::usage, "a node is put into maintenance, 'in service' or enrolled, not '" +
                               word + "'")
      .set_hint(base::suggestion(word, names));
}

int change_state(const Words& words) {
  const metal::Stage stage = told_stage(words.state);
  if (base::trim(words.because).empty())
    throw Error(Kind::usage, "a reason is missing, for those who look at the node tomorrow")
        .set_hint("--because 'a DIMM is being replaced'");
  store::NodeRecords records = store::NodeRecords::open(state_directory());
  const auto before = records.state(words.node);
  if (!before && stage != metal::Stage::maintenance) throw unknown_node(records, words.node);
  const std::vector<std::string> names = records.names();
  const bool is_new = std::ranges::find(names, words.node) == names.end();
  metal::move_node(records, words.node, stage, words.because, operator_name());
  records.add_line({words.node, {}, "person",
                    operator_name() + ": " + words.state + ": " + words.because});
  // It would be armed for as long as its job is open, and boot into it under somebody's hands.
  store::BootJobs jobs = store::BootJobs::open(state_directory());
  if (const auto job = jobs.open_job(words.node); job && stage == metal::Stage::maintenance)
    jobs.end(job->id, "maintenance: " + words.because);
  std::cout << words.node << ": " << words.state << " (was "
            << (before ? before->state : "without a state") << ")\n";
  if (!is_new) return exit_fine;
  const std::string near = base::suggestion(words.node, names);
  std::cerr << node_line(words.node, "nothing was known of it before: " +
                                         (near.empty() ? "is that its name?" : near))
            << "\n";
  return exit_fine;
}

}  // namespace

void add_node(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  CLI::App* status = add_command(command, action, words, "status",
                                 "where each node is, since when, what it waits for", show_status);
  status->add_option("node", words->node, "one node alone");
  status->add_flag("--json", words->is_json, "as JSON");
  CLI::App* log = add_command(command, action, words, "log",
                              "a node's flight recorder: BMC, DHCP, HTTP, console, agent",
                              show_log);
  add_node_log_words(*log, words->log);
  CLI::App* state = add_command(command, action, words, "state",
                                "put a node into maintenance, and give it back", change_state);
  state->add_option("node", words->node, "its name")->required();
  state->add_option("state", words->state, "maintenance, \"in service\", or enrolled: to be looked "
                                           "at anew")
      ->required();
  state->add_option("--because", words->because, "the reason, kept with the node")->required();
}

}  // namespace provisioner::cli
