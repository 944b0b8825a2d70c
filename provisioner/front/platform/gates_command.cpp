// provisioner gates run: checks of a cluster that are really carried out on it.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <iostream>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/cluster_session.h"
#include "provisioner/front/cli/engine_deadline.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/task_ends.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/platform/commands.h"
#include "provisioner/front/platform/network_policy_script.h"
#include "provisioner/platform/gates/network_policy.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using cli::Action;
using cli::add_command;
using cli::add_many;
using value::Dict;
using value::List;
using value::Value;

constexpr const char* task_name = "gate";
constexpr int longest_gate = 600;  // seconds
constexpr std::chrono::seconds engine_patience{longest_gate + 60};
constexpr const char* standard_image = "docker.io/library/busybox:1.35";

struct Words {
  cli::RunWords run;
  std::string instance;
  std::vector<std::string> gates;
  bool is_json = false;
};

// A check that is carried out by a script on a control-plane node, and judged here.
struct Gate {
  const char* name;
  const char* summary;
  std::string_view (*script)();
  gates::Verdict (*judge)(const std::string& said);
};

const std::vector<Gate>& gates_there_are() {
  static const std::vector<Gate> all = {
      {"network-policy", "packets that must not pass do not, and those that must do",
       network_policy_script,
       [](const std::string& said) { return gates::judge(gates::read_policy_trial(said)); }}};
  return all;
}

// All, or those that are named.
std::vector<Gate> meant(const Words& words) {
  if (words.gates.empty()) return gates_there_are();
  std::vector<Gate> some;
  for (const std::string& name : words.gates) {
    const auto found = std::ranges::find(gates_there_are(), name, &Gate::name);
    if (found == gates_there_are().end())
      throw Error(Kind::usage, "there is no gate '" + name + "'")
          .set_hint("provisioner gates list");
    some.push_back(*found);
  }
  return some;
}

std::string image_of(const Words& words, const std::string& node) {
  const auto nodes = cli::named_nodes({words.run, node}, {"gates_image"});
  if (!nodes) throw Error(Kind::input, "the inventory has mistakes");
  return value::text_or(Value(nodes->front().variables), "gates_image", standard_image);
}

std::string playbook_of(const Gate& gate, const std::string& node, const std::string& image) {
  Dict task{{"name", task_name},
            {"shell", Dict{{"cmd", std::string(gate.script())}}},
            {"environment", Dict{{"IMAGE", image}}},
            {"check_mode", false},
            {"changed_when", false},
            {"ignore_errors", true},
            {"timeout", longest_gate}};
  const Dict play{{"hosts", List{Value(node)}},
                  {"gather_facts", false},
                  {"become", true},
                  {"tasks", List{Value(std::move(task))}}};
  return value::write_json(Value(List{Value(play)}));
}

gates::Verdict carry_out(const Words& words, const Gate& gate, const std::string& node,
                         const std::string& image) {
  std::atomic<int> stop{0};
  cli::TaskEnds ends;
  {
    const cli::EngineDeadline deadline(engine_patience, stop);
    cli::ask_nodes(words.run, cli::asking_options(words.run), playbook_of(gate, node, image),
                   {node}, ends, stop);
  }
  const store::Event* end = ends.of(node, task_name);
  const Value* result = end == nullptr ? nullptr : end->data.find("result");
  if (result == nullptr || value::integer_or(*result, "rc", 1) != 0)
    return {.result = gates::Result::not_run,
            .text = "'" + node + "' did not bring it to its end",
            .hint = "look at the node and its API: provisioner cluster status " + words.instance};
  return gate.judge(value::text_or(*result, "stdout", ""));
}

void tell(const gates::Verdict& verdict) {
  for (const std::string& detail : verdict.details)
    std::cout << "  " << base::escape_for_terminal(detail) << "\n";
  if (!verdict.hint.empty()) std::cout << "hint: " << verdict.hint << "\n";
}

Value as_value(const Gate& gate, const std::string& node, const gates::Verdict& verdict) {
  return Dict{{"gate", std::string(gate.name)},
              {"ran_on", node},
              {"result", std::string(name_of(verdict.result))},
              {"text", verdict.text},
              {"details", List(verdict.details.begin(), verdict.details.end())},
              {"hint", verdict.hint}};
}

int run_gates(const Words& words) {
  const std::vector<Gate> some = meant(words);
  const cli::ClusterSite site = cli::cluster_site(words.run, words.instance);
  const std::string node = cli::any_helper(site, cli::look_at_cluster(words.run, site.wish));
  const std::string image = image_of(words, node);
  bool is_fine = true;
  List told;
  for (const Gate& gate : some) {
    const gates::Verdict verdict = carry_out(words, gate, node, image);
    is_fine = is_fine && verdict.result == gates::Result::passed;
    if (words.is_json) {
      told.push_back(as_value(gate, node, verdict));
      continue;
    }
    std::cout << gate.name << ": " << name_of(verdict.result) << ": "
              << base::escape_for_terminal(verdict.text) << "\n";
    tell(verdict);
  }
  if (words.is_json)
    cli::print_json(Value(Dict{{"instance", words.instance}, {"gates", std::move(told)}}));
  return is_fine ? cli::exit_fine : cli::exit_not_so;
}

int list_gates(const Words&) {
  cli::Table table({"GATE", "WHAT IS TRIED"});
  for (const Gate& gate : gates_there_are()) table.add({gate.name, gate.summary});
  table.print(std::cout);
  return cli::exit_fine;
}

}  // namespace

void add_gates(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  CLI::App* run = add_command(command, action, words, "run",
                              "carry gates out on an instance's cluster, leaving nothing there; "
                              "exit status 2 where one does not pass",
                              run_gates);
  run->add_option("instance", words->instance, "its name: the group instance_NAME")->required();
  cli::add_inventory_options(*run, words->run, "inventory");
  add_many(*run, "--gate", words->gates, "this one alone; may be given again");
  run->add_flag("--json", words->is_json, "as JSON");
  add_command(command, action, words, "list", "the gates that there are", list_gates);
}

}  // namespace provisioner::platform
