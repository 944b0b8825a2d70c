// provisioner bmc check, sensors, log.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "provisioner/base/base/sentence.h"
#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/node_line.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/machine/metal/bmc_check.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

constexpr std::size_t most_at_once = 16;

struct Words : NodeWords {
  int timeout = 60;
  bool is_json = false;
};

// Whoever stops the command ends what it holds of a BMC.
metal::Access access_to(const NamedNode& node) {
  metal::Access access = node.access();
  access.is_stopped = SignalWatch::has_come;
  return access;
}

metal::BmcReport report_of(const NamedNode& node, metal::Bmc::Deadline deadline) {
  try {
    return metal::check_bmc(access_to(node), node.node.hardware.serial, deadline);
  } catch (const Error& error) {
    return {.findings = {without_name(node.name, base::sentence_of(error))}};
  }
}

void show(const std::vector<NamedNode>& nodes, const std::vector<metal::BmcReport>& reports) {
  Table table({"NODE", "POWER", "MODEL", "SERIAL", "FIRMWARE", "FINDINGS"});
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    const metal::Identity& identity = reports[at].identity;
    const auto& findings = reports[at].findings;
    table.add({nodes[at].name, std::string(metal::name_of(reports[at].power)), identity.model,
               identity.serial, identity.firmware, findings.empty() ? "none" : findings.front()});
    for (std::size_t more = 1; more < findings.size(); ++more)
      table.add({"", "", "", "", "", findings[more]});
  }
  table.print(std::cout);
}

void show_json(const std::vector<NamedNode>& nodes,
               const std::vector<metal::BmcReport>& reports) {
  List list;
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    const metal::BmcReport& report = reports[at];
    List findings;
    for (const std::string& finding : report.findings) findings.emplace_back(finding);
    list.emplace_back(Dict{{"node", nodes[at].name},
                           {"power", metal::name_of(report.power)},
                           {"manufacturer", report.identity.manufacturer},
                           {"model", report.identity.model},
                           {"serial", report.identity.serial},
                           {"firmware", report.identity.firmware},
                           {"findings", std::move(findings)}});
  }
  print_json(Value(std::move(list)));
}

int check(const Words& words) {
  const auto nodes = named_nodes(words);
  if (!nodes) return exit_usage;
  const SignalWatch signals;
  std::vector<metal::BmcReport> reports(nodes->size());
  for_each_at_once(nodes->size(), most_at_once, [&](std::size_t at) {
    reports[at] = report_of(nodes->at(at), std::chrono::seconds(words.timeout));
  });
  words.is_json ? show_json(*nodes, reports) : show(*nodes, reports);
  if (SignalWatch::has_come()) return exit_signal;
  const auto is_good = [](const metal::BmcReport& report) { return report.findings.empty(); };
  return std::ranges::all_of(reports, is_good) ? exit_fine : exit_not_so;
}

// Of the one machine that is meant.
template <class Read>
auto ask_one(const Words& words, Read read) -> std::optional<decltype(read(
    std::declval<metal::Bmc&>(), std::declval<metal::Bmc::Deadline>()))> {
  const auto nodes = named_nodes(words);
  if (!nodes) return std::nullopt;
  if (nodes->size() != 1)
    throw Error(Kind::usage, "one node is asked at a time, '" + words.pattern + "' means " +
                                 std::to_string(nodes->size()));
  const SignalWatch signals;
  return read(*metal::open_bmc(access_to(nodes->front())), std::chrono::seconds(words.timeout));
}

int sensors(const Words& words) {
  const auto sensors = ask_one(words, [](metal::Bmc& bmc, metal::Bmc::Deadline deadline) {
    return bmc.sensors(deadline);
  });
  if (!sensors) return exit_usage;
  Table table({"SENSOR", "READING", "UNIT", "STATE"});
  List list;
  for (const auto& [name, reading, unit, state] : *sensors) {
    table.add({name, reading, unit, state});
    list.emplace_back(
        Dict{{"sensor", name}, {"reading", reading}, {"unit", unit}, {"state", state}});
  }
  words.is_json ? print_json(Value(std::move(list))) : table.print(std::cout);
  return exit_fine;
}

int log(const Words& words) {
  const auto entries = ask_one(words, [](metal::Bmc& bmc, metal::Bmc::Deadline deadline) {
    return bmc.event_log(deadline);
  });
  if (!entries) return exit_usage;
  Table table({"TIME", "SEVERITY", "EVENT"});
  List list;
  for (const auto& [time, severity, text] : *entries) {
    table.add({time, severity, text});
    list.emplace_back(Dict{{"time", time}, {"severity", severity}, {"event", text}});
  }
  words.is_json ? print_json(Value(std::move(list))) : table.print(std::cout);
  return exit_fine;
}

}  // namespace

void add_bmc(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* summary, const char* positional,
                       int (*run)(const Words&)) {
    CLI::App* added = add_command(command, action, words, name, summary, run);
    add_node_words(*added, *words, positional);
    added->add_option("--timeout", words->timeout, "seconds for each question (60)")
        ->check(CLI::Range(1, 3600));
    added->add_flag("--json", words->is_json, "as JSON");
  };
  add("check",
      "whether BMCs are reached, take the credentials and are those of the inventory; exit 2 where "
      "one is not",
      "nodes", check);
  add("sensors", "what the sensors of a machine say", "node", sensors);
  add("log", "the event log of a machine's BMC", "node", log);
}

}  // namespace provisioner::cli
