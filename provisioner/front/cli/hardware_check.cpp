// The differences of a fleet, for people and programs.

#include "provisioner/front/cli/hardware_check.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <sstream>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/front/cli/discover_facts.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/shown_times.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/tell_warnings.h"
#include "provisioner/front/cli/write_report.h"
#include "provisioner/front/view/rack/rack_page.h"
#include "provisioner/front/view/terminal.h"
#include "provisioner/machine/hardware/burnin.h"
#include "provisioner/machine/hardware/check.h"
#include "provisioner/machine/hardware/machine.h"
#include "provisioner/machine/metal/stage_move.h"

namespace provisioner::cli {
namespace {

using base::Error;
using hardware::Finding;
using value::Dict;
using value::List;
using value::Value;

// A file of a specification is read once, whoever names it.
class Shelf {
 public:
  std::optional<hardware::Spec> spec(const NamedNode& node) {
    const inventory::Hardware& hardware = node.node.hardware;
    if (hardware.spec.empty()) return std::nullopt;
    try {
      const std::string path = hardware::spec_path(hardware.spec, hardware.spec_pos, node.folder);
      const auto known = specs_.find(path);
      if (known != specs_.end()) return known->second;
      return specs_.emplace(path, hardware::read_spec(path, diagnostics_)).first->second;
    } catch (const Error& error) {
      if (told_.insert(error.message()).second) diagnostics_.add(error);
      return std::nullopt;
    }
  }

  const base::Diagnostics& diagnostics() const { return diagnostics_; }

 private:
  std::map<std::string, hardware::Spec> specs_;
  std::set<std::string> told_;
  base::Diagnostics diagnostics_;
};

// When a node was last looked at, and by what.
struct Seen {
  std::string text;    // "2026-11-28T10:02:03Z by ssh"
  std::string source;  // as in store::HardwareRecord
};

struct Fleet {
  CheckWords::Scope scope = CheckWords::Scope::everything;
  std::vector<hardware::Subject> subjects;
  std::map<std::string, Seen> seen;             // by node
  std::set<std::string> unseen;                 // those that are meant
  std::map<std::string, std::string> untold;    // what a check needs and they did not tell
  std::map<std::string, std::string> problems;  // of nodes that are meant
};

// A node that keeps silent about them has no difference to anything, and is not checked either.
std::string silence_of(const hardware::Subject& subject) {
  const std::string& node = subject.node.name;
  std::vector<std::string> parts = hardware::untold(hardware::read_machine(subject.facts));
  if (!subject.tells_links) std::erase(parts, "links");
  if (parts.empty()) return "";
  return "it has told nothing of its " + base::join(parts, " and ") +
         ": it is not checked; look again: provisioner discover " + node + " --check";
}

// Nodes whose inventory cannot be evaluated are told where they are meant, and no peers.
Fleet fleet_of(const std::vector<NamedNode>& nodes, CheckWords::Scope scope, Shelf& shelf) {
  const store::NodeRecords records = store::NodeRecords::open(state_directory());
  Fleet fleet;
  fleet.scope = scope;
  for (const NamedNode& node : nodes) {
    if (node.problem) {
      if (node.is_meant) fleet.problems[node.name] = node.problem->message();
      continue;
    }
    hardware::Subject subject{.node = node.node,
                              .spec = shelf.spec(node),
                              .facts = {},
                              .is_meant = node.is_meant,
                              .tells_links = true};
    if (const auto hardware = known_hardware(records, node.name)) {
      subject.facts = hardware->facts;
      subject.tells_links = hardware->source != store::seen_in_reimage;
      fleet.seen[node.name] = {seen_text(*hardware), hardware->source};
      const std::string silence = silence_of(subject);
      if (node.is_meant && scope == CheckWords::Scope::everything && !silence.empty())
        fleet.untold[node.name] = silence;
    } else if (node.is_meant) {
      fleet.unseen.insert(node.name);
    }
    fleet.subjects.push_back(std::move(subject));
  }
  return fleet;
}

bool is_checked(const Fleet& fleet, const hardware::Subject& subject) {
  if (!subject.is_meant || subject.facts.is_none()) return false;
  return fleet.scope == CheckWords::Scope::burnins ? subject.facts.find("burnin") != nullptr
                                                   : !fleet.untold.contains(subject.node.name);
}

std::size_t errors_in(const hardware::CheckResult& result) {
  return static_cast<std::size_t>(std::ranges::count_if(result.findings, &Finding::is_error));
}

std::string summary(const Fleet& fleet, const hardware::CheckResult& result) {
  const std::size_t errors = errors_in(result);
  const bool is_of_burnins = fleet.scope == CheckWords::Scope::burnins;
  const auto count = std::ranges::count_if(
      fleet.subjects, [&](const auto& subject) { return is_checked(fleet, subject); });
  std::string text = base::counted(count, "node") + (is_of_burnins ? " burned in" : " checked");
  if (count == 0) return text;
  if (!result.without_links.empty())
    text += ", " + std::to_string(result.without_links.size()) + " of them without its links";
  if (result.findings.empty()) return text + ": no differences";
  text += ": " + base::counted(errors, "difference") + " to what must be";
  if (result.findings.size() > errors)
    text += ", " + std::to_string(result.findings.size() - errors) + " among peers";
  return text;
}

void show(const Fleet& fleet, const hardware::CheckResult& result) {
  if (!result.findings.empty()) {
    Table table({"NODE", "PART", "IS", "SHOULD BE", "BECAUSE OF"});
    for (const Finding& finding : result.findings)
      table.add({base::join(finding.nodes(), ", "), finding.part, finding.is, finding.should,
                 std::string(name_of(finding.because))});
    table.print(std::cout);
  }
  std::cout << std::flush;
  view::Terminal terminal(STDOUT_FILENO);
  terminal.line(summary(fleet, result), errors_in(result) > 0     ? view::Colour::error
                                        : result.findings.empty() ? view::Colour::ok
                                                                  : view::Colour::warning);
}

Value to_value(const Finding& finding) {
  List others;
  for (const std::string& other : finding.others) others.emplace_back(other);
  return Dict{{"node", finding.node},
              {"others", std::move(others)},
              {"part", finding.part},
              {"is", finding.is},
              {"should", finding.should},
              {"because", name_of(finding.because)},
              {"severity", finding.is_error() ? "error" : "warning"}};
}

Value to_value(const Fleet& fleet, const hardware::CheckResult& result) {
  List nodes, findings;
  for (const hardware::Subject& subject : fleet.subjects) {
    if (!subject.is_meant) continue;
    const auto seen = fleet.seen.find(subject.node.name);
    Dict one{{"node", subject.node.name},
             {"seen", seen == fleet.seen.end() ? Value() : Value(seen->second.text)},
             {"spec", subject.spec ? Value(subject.spec->name) : Value()},
             {"version", subject.spec ? Value(subject.spec->version) : Value()}};
    if (const Value* burnin = subject.facts.find("burnin")) one.set("burnin", *burnin);
    nodes.emplace_back(std::move(one));
  }
  for (const Finding& finding : result.findings) findings.push_back(to_value(finding));
  const auto texts = [](const std::vector<std::string>& all) {
    return List(all.begin(), all.end());
  };
  return Dict{{"nodes", std::move(nodes)},
              {"findings", std::move(findings)},
              {"unheard_cables", texts(result.unheard)},
              {"nodes_without_links", texts(result.without_links)}};
}

view::RackPage page_of(const Fleet& fleet, const hardware::CheckResult& result) {
  view::RackPage page{.time = os::system_clock().wall(),
                      .summary = summary(fleet, result),
                      .nodes = {},
                      .findings = {}};
  for (const hardware::Subject& subject : fleet.subjects) {
    const inventory::Hardware& hardware = subject.node.hardware;
    const auto seen = fleet.seen.find(subject.node.name);
    page.nodes.push_back({.name = subject.node.name,
                          .rack = hardware.rack,
                          .unit = hardware.unit.value_or(0),
                          .height = subject.spec ? subject.spec->height : 1,
                          .seen = seen == fleet.seen.end() ? "" : seen->second.text,
                          .is_checked = is_checked(fleet, subject)});
  }
  for (const Finding& finding : result.findings) {
    page.findings.push_back({.nodes = finding.nodes(),
                             .part = finding.part,
                             .is = finding.is,
                             .should = finding.should,
                             .because = std::string(name_of(finding.because)),
                             .is_error = finding.is_error()});
  }
  return page;
}

bool is_as_it_should_be(const std::string& node, const hardware::CheckResult& result) {
  return std::ranges::none_of(result.findings, [&](const Finding& finding) {
    return finding.is_error() && finding.is_about(node);
  });
}

// Where it has gone on meanwhile it stays there: the refusal is in its flight recorder.
void move_state(store::NodeRecords& records, const std::string& node, metal::Stage stage,
                const std::string& detail) {
  try {
    metal::move_node(records, node, stage, detail, operator_name());
  } catch (const Error& error) {
    if (error.kind() != base::Kind::refused) throw;
  }
}

// A node that was discovered and is as it should be is verified, unless only burn-ins were looked
// at, or not its links; one that no longer is must be looked at again. What a file says of a
// machine proves nothing.
void move_states(const Fleet& fleet, const hardware::CheckResult& result) {
  store::NodeRecords records = store::NodeRecords::open(state_directory());
  for (const hardware::Subject& subject : fleet.subjects) {
    const std::string& node = subject.node.name;
    const auto seen = fleet.seen.find(node);
    const auto state = records.state(node);
    if (!subject.is_meant || seen == fleet.seen.end() || !state || seen->second.source == "file")
      continue;
    const auto stage = metal::stage_of(state->state);
    const bool is_told = !fleet.untold.contains(node);
    const bool is_good = is_told && is_as_it_should_be(node, result);
    const bool is_whole = fleet.scope == CheckWords::Scope::everything && subject.tells_links;
    if (stage == metal::Stage::discovered && is_good && is_whole)
      move_state(records, node, metal::Stage::verified, "");
    if (stage == metal::Stage::verified && !is_good)
      move_state(records, node, metal::Stage::discovered,
                 is_told ? "its hardware differs" : "it has told too little of its hardware");
  }
}

}  // namespace

std::optional<store::HardwareRecord> known_hardware(const store::NodeRecords& records,
                                                    const std::string& node) {
  auto found = records.hardware(node);
  if (!found || found->facts.find("burnin") != nullptr) return found;
  for (const store::HardwareRecord& former : records.hardware_history(node)) {
    if (former.facts.find("burnin") == nullptr) continue;
    found->facts = hardware::with_former_burnin(found->facts, former.facts);
    break;
  }
  return found;
}

HardwareState hardware_state(const std::vector<NamedNode>& nodes) {
  Shelf shelf;
  const Fleet fleet = fleet_of(nodes, CheckWords::Scope::everything, shelf);
  shelf.diagnostics().throw_if_any();
  HardwareState state{.differences = {}, .unknown = fleet.untold};
  for (const std::string& node : fleet.unseen) state.unknown[node] = never_seen;
  state.unknown.insert(fleet.problems.begin(), fleet.problems.end());
  for (const Finding& finding : hardware::check(fleet.subjects).findings)
    if (finding.is_error())
      state.differences.push_back({finding.node, finding.part, finding.is, finding.should});
  return state;
}

int check_hardware(const std::vector<NamedNode>& nodes,
                   const std::map<std::string, std::string>& problems, const CheckWords& words) {
  Shelf shelf;
  Fleet fleet = fleet_of(nodes, words.scope, shelf);
  tell_warnings(shelf.diagnostics());
  if (shelf.diagnostics().has_errors()) {
    std::cerr << shelf.diagnostics().render(" in specifications") << "\n";
    return exit_usage;
  }
  const hardware::CheckResult result = words.scope == CheckWords::Scope::burnins
                                           ? hardware::check_burnins(fleet.subjects)
                                           : hardware::check(fleet.subjects);
  move_states(fleet, result);
  const bool is_page_alone = words.page == "-";
  if (!is_page_alone) words.is_json ? print_json(to_value(fleet, result)) : show(fleet, result);
  if (!words.page.empty()) {
    std::ostringstream page;
    write_rack_page(page, page_of(fleet, result));
    write_page(page.str(), words.page);
  }
  fleet.problems.insert(fleet.untold.begin(), fleet.untold.end());
  for (const auto& [node, problem] : problems) {
    const bool is_old = words.scope == CheckWords::Scope::everything && fleet.seen.contains(node) &&
                        !fleet.untold.contains(node);
    std::string& told = fleet.problems[node];
    told += (told.empty() ? "" : "; ") + problem +
            (is_old ? "; checked as seen " + fleet.seen.at(node).text : std::string());
  }
  for (const std::string& node : fleet.unseen) fleet.problems.try_emplace(node, never_seen);
  say_problems(fleet.problems);
  if (!result.without_links.empty())
    std::cerr << "the links of " << base::join(result.without_links, ", ")
              << " were not looked at: a boot for a re-image leaves them down; look again: "
                 "provisioner discover NODES --check\n";
  if (!result.unheard.empty())
    std::cerr << "no switch was heard on " << base::join(result.unheard, ", ")
              << ": these cables were not checked\n";
  return errors_in(result) > 0 || !fleet.problems.empty() ? exit_not_so : exit_fine;
}

}  // namespace provisioner::cli
