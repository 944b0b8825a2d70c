// What nodes say for gates, and what is known of their machines.

#include "provisioner/front/platform/gates_trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/hardware_check.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/platform/gate_scripts.h"
#include "provisioner/front/platform/gates_environment.h"
#include "provisioner/platform/gates/judges.h"

namespace provisioner::platform {
namespace {

using gates::Gate;
using gates::Line;
using gates::Trial;

constexpr std::chrono::seconds longest_nodes{80}, connecting{20};

bool has_node_script(const Gate& gate) { return *gate.node_script != '\0'; }

std::string nodes_script(const GatesSite& site, const std::vector<Gate>& some) {
  std::string script = std::string(gate_script("prelude")) + node_environment_of(site);
  for (const Gate& gate : some)
    if (has_node_script(gate))
      script += "printf '\\n== " + std::string(gate.id) + "\\n'\n(\n" +
                std::string(gate_script(gate.node_script)) + "\n)\n";
  return script + "exit 0\n";
}

// A clock is as wrong as it is beside the time in which it was read.
void reckon_clock(std::vector<Line>& lines, std::chrono::system_clock::time_point began) {
  const auto seconds = [](std::chrono::system_clock::time_point time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
  };
  const double from = seconds(began), to = seconds(os::system_clock().wall());
  for (Line& line : lines)
    if (line.kind == Line::Kind::fact && line.what == "time") {
      double told = 0;
      std::from_chars(line.why.data(), line.why.data() + line.why.size(), told);
      line.what = "clock";
      line.why = fmt::format("{:.3f}", told - std::clamp(told, from, to));
    }
}

cli::NodeAnswers ask_by_script(const cli::RunWords& words, const std::vector<std::string>& nodes,
                               const std::string& script, std::chrono::seconds longest) {
  return cli::ask_each(words, nodes,
                       {.script = script,
                        .longest = longest,
                        .environment = {{"NODE", "{{ inventory_hostname }}"}},
                        .together = longest + connecting,
                        .is_verbatim = true});
}

}  // namespace

std::map<std::string, std::string> script_answers(const cli::RunWords& words,
                                                  const std::vector<std::string>& nodes,
                                                  const std::string& script,
                                                  std::chrono::seconds longest) {
  return ask_by_script(words, nodes, script, longest).said;
}

std::vector<Line> lines_said(Trial& trial, std::string_view said, const std::string& node) {
  try {
    return gates::read_lines(said, node);
  } catch (const base::Error& error) {
    trial.failure = error.message();
    return {};
  }
}

void ask_nodes_for(Trials& trials, const cli::RunWords& words, const GatesSite& site,
                   const std::vector<Gate>& some) {
  if (std::ranges::none_of(some, has_node_script)) return;
  const auto began = os::system_clock().wall();
  const auto [said, silent] =
      ask_by_script(words, site.nodes(), nodes_script(site, some), longest_nodes);
  for (const std::string& node : site.nodes()) {
    const auto its = said.find(node);
    const auto parts =
        its == said.end() ? std::map<std::string, std::string>{} : cli::sections_of(its->second);
    for (const Gate& gate : some) {
      if (!has_node_script(gate)) continue;
      Trial& trial = trials[gate.id];
      if (its == said.end()) {
        trial.lines.push_back(gates::wrong("node", "it does not answer: " + silent.at(node),
                                           gates::look_at_machine(node), node));
        continue;
      }
      const auto part = parts.find(gate.id);
      auto lines = lines_said(trial, part == parts.end() ? "" : part->second, node);
      reckon_clock(lines, began);
      trial.lines.insert(trial.lines.end(), lines.begin(), lines.end());
      trial.ran_on.push_back(node);
    }
  }
}

void add_hardware(Trials& trials, const GatesSite& site, const std::vector<Gate>& some) {
  for (const Gate& gate : some) {
    if (gate.judge != gates::judge_machines) continue;
    const cli::HardwareState state = cli::hardware_state(site.machines);
    auto& lines = trials[gate.id].lines;
    for (const auto& one : state.differences)
      lines.push_back(gates::wrong(one.part,
                                   one.part + " is " + one.is + ", should be " + one.should,
                                   "provisioner discover " + one.node + " --check", one.node));
    for (const auto& [node, why] : state.unknown)
      lines.push_back(
          gates::lacking(node + ": " + why, "provisioner discover " + node + " --check"));
    for (const cli::NamedNode& node : site.machines)
      if (!state.unknown.contains(node.name) &&
          std::ranges::none_of(state.differences,
                               [&](const auto& one) { return one.node == node.name; }))
        lines.push_back(gates::right("hardware as the inventory has it", node.name));
  }
}

}  // namespace provisioner::platform
