// provisioner node status, log.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/program.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/machine/metal/life_cycle.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

struct Words {
  std::string node;
  bool is_json = false;
};

std::string since(store::WallTime then) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(
                           os::system_clock().wall() - then)
                           .count();
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7200) return std::to_string(seconds / 60) + " min";
  if (seconds < 172'800) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86'400) + " d";
}

// What a node waits for, in the words of the life cycle's table.
std::string waits_for(const store::NodeState& state) {
  const auto stage = metal::stage_of(state.state);
  const std::string rule = stage ? std::string(metal::rule_of(*stage).waits_for) : "";
  if (state.detail.empty()) return rule;
  return rule.empty() || rule == "nothing" ? state.detail : rule + ": " + state.detail;
}

Value to_value(const store::NodeState& state) {
  return Dict{{"node", state.node},
              {"state", state.state},
              {"since", os::utc_text(state.since)},
              {"detail", state.detail},
              {"waits_for", waits_for(state)},
              {"changed_by", state.changed_by}};
}

int show_status(const Words& words) {
  const store::NodeRecords records = store::NodeRecords::open(state_directory());
  std::vector<store::NodeState> states;
  for (store::NodeState& state : records.states())
    if (words.node.empty() || state.node == words.node) states.push_back(std::move(state));
  if (states.empty() && !words.node.empty())
    throw Error(Kind::usage, "nothing is known of a node '" + words.node + "' yet")
        .set_hint("provisioner discover " + words.node);
  if (words.is_json) {
    List all;
    for (const store::NodeState& state : states) all.push_back(to_value(state));
    print_json(Value(std::move(all)));
    return exit_fine;
  }
  Table table({"NODE", "STATE", "SINCE", "BY", "WAITS FOR"});
  for (const store::NodeState& state : states)
    table.add({state.node, state.state, since(state.since), state.changed_by, waits_for(state)});
  table.print(std::cout);
  return exit_fine;
}

int show_log(const Words& words) {
  const store::NodeRecords records = store::NodeRecords::open(state_directory());
  List all;
  records.each_line(words.node, {}, [&](const store::NodeLine& line) {
    if (words.is_json)
      all.emplace_back(Dict{{"time", os::utc_text(line.time)},
                            {"source", line.source},
                            {"text", line.text}});
    else
      std::cout << os::utc_text(line.time) << "  " << line.source
                << std::string(line.source.size() < 8 ? 8 - line.source.size() : 1, ' ')
                << base::escape_for_terminal(line.text) << "\n";
  });
  if (words.is_json) print_json(Value(std::move(all)));
  return exit_fine;
}

}  // namespace

void add_node(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  CLI::App* status = add_command(command, action, words, "status",
                                 "where each node is, since when, what it waits for", show_status);
  status->add_option("node", words->node, "one node alone");
  CLI::App* log = add_command(command, action, words, "log",
                              "a node's flight recorder: BMC, DHCP, HTTP, console, agent",
                              show_log);
  log->add_option("node", words->node, "its name")->required();
  for (CLI::App* added : {status, log}) added->add_flag("--json", words->is_json, "as JSON");
}

}  // namespace provisioner::cli
