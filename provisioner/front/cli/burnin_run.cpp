// Loads nodes by the engine, over its own connections.

#include "provisioner/front/cli/burnin_run.h"

#include <algorithm>

#include "provisioner/base/os/clock.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/cli/burnin_tasks.h"
#include "provisioner/language/inventory/host_pattern.h"
#include "provisioner/machine/hardware/machine.h"

namespace provisioner::cli {
namespace {

using std::chrono::seconds;
using value::Dict;
using value::List;
using value::Value;

constexpr seconds to_log_in{60};

std::size_t forks_of(const run::Options& options) {
  return static_cast<std::size_t>(std::max(1, options.forks));
}

Dict part_of(Dict measured, const BurninWish& wish) {
  measured.set("time", os::utc_text(os::system_clock().wall()));
  measured.set("seconds", static_cast<std::int64_t>(wish.time.count()));
  return measured;
}

// A disk's name is the kernel's and may be another one's tomorrow.
List with_identities(const List& loaded, const Value& facts) {
  const hardware::Machine machine = hardware::read_machine(facts);
  List disks;
  for (const Value& one : loaded) {
    if (!one.is_dict()) continue;
    Dict disk = one.dict();
    const auto found = std::ranges::find(machine.disks, value::text_or(one, "name", ""),
                                         &hardware::FoundDisk::name);
    if (found != machine.disks.end()) {
      disk.set("wwn", found->wwn);
      disk.set("serial", found->serial);
    }
    disks.emplace_back(std::move(disk));
  }
  return disks;
}

// The parts that one node has measured by itself.
Dict parts_of(const std::string& node, const BurninTasks& tasks, const BurninWish& wish,
              ToldFacts& told) {
  Dict parts;
  for (const std::string part : {"memory", "cpu", "disk"}) {
    if (!wish.parts.contains(part)) continue;
    const Value* measured = tasks.measured(node, part);
    if (measured == nullptr)
      told.add_problem(node, part + ": " + tasks.problem(node, part));
    else if (measured->is_dict())
      parts.set(part, part_of(measured->dict(), wish));
    else if (measured->is_list())
      parts.set(part,
                part_of({{"disks", with_identities(measured->list(), told.found.at(node))}}, wish));
  }
  return parts;
}

void add_parts(ToldFacts& told, const std::string& node, const Dict& parts) {
  Dict facts = told.found.at(node).dict();
  const Value* known = facts.find("burnin");
  Dict all = known == nullptr ? Dict() : known->dict();
  for (const auto& [key, part] : parts) all.set(key.text(), part);
  facts.set("burnin", std::move(all));
  told.found[node] = Value(std::move(facts)).untrusted();
}

// One end's view of a meeting. It knows only what it received; what it sent its peer has counted.
void add_line(const std::string& node, const std::string& peer, const BurninTasks& tasks,
              const std::string& task, std::map<std::string, List>& lines, ToldFacts& told) {
  const Value *own = tasks.measured(node, task), *others = tasks.measured(peer, task);
  if (own == nullptr)
    told.add_problem(node, "network with " + peer + ": " + tasks.problem(node, task));
  if (own == nullptr || others == nullptr) return;
  lines[node].emplace_back(Dict{{"with", peer},
                                {"sent_mib_s", value::integer_or(*others, "received_mib_s", 0)},
                                {"received_mib_s", value::integer_or(*own, "received_mib_s", 0)},
                                {"retransmits", value::integer_or(*own, "retransmits", 0)}});
}

std::vector<MeetingEnd> ends_of(const std::vector<NamedNode>& nodes, const std::string& interface,
                                ToldFacts& told) {
  std::vector<MeetingEnd> ends;
  for (const NamedNode& node : nodes) {
    if (!told.found.contains(node.name)) continue;  // it does not even answer
    const std::string address = burnin_address(node, interface);
    if (address.empty())
      told.add_problem(node.name, "network: the inventory has no address of it" +
                                      (interface.empty() ? "" : " on '" + interface + "'"));
    else
      ends.push_back({node.name, address});
  }
  return ends;
}

void measure_lines(const RunWords& words, const run::Options& options,
                   const std::vector<MeetingEnd>& ends, const BurninWish& wish, Burned& burned) {
  std::vector<std::string> names;
  for (const MeetingEnd& end : ends) names.push_back(end.node);
  const std::size_t at_once = forks_of(options) / 2;
  if (at_once == 0)
    for (const std::string& node : names)
      burned.told.add_problem(node, "network: two nodes must work at a time: --forks 2 or more");
  const auto meetings = meetings_of(ends, wish.rounds, at_once);
  if (meetings.empty()) return;
  const BurninTasks tasks =
      run_burnin_tasks(words, options, names, meeting_plays(wish, meetings),
                       to_log_in + task_bound(wish) * static_cast<int>(meetings.size()));
  burned.is_stopped = tasks.is_stopped;
  std::map<std::string, List> lines;
  for (std::size_t number = 0; number < meetings.size(); ++number)
    for (const auto& [listening, calling] : meetings[number]) {
      const std::string task = std::to_string(number);
      add_line(listening.node, calling.node, tasks, task, lines, burned.told);
      add_line(calling.node, listening.node, tasks, task, lines, burned.told);
    }
  for (auto& [node, of_node] : lines)
    add_parts(burned.told, node, {{"network", part_of({{"lines", std::move(of_node)}}, wish)}});
}

// From "10.78.0.121/24"; "" for a name.
std::string plain_address(const std::string& text) {
  const std::string address = text.substr(0, text.find('/'));
  return inventory::is_address(address) ? address : "";
}

}  // namespace

std::string burnin_address(const NamedNode& node, const std::string& interface) {
  const std::string called = plain_address(node.ssh_address());
  if (interface.empty() && !called.empty()) return called;
  std::string first;
  const auto look = [&](const auto& links) {
    for (const inventory::Link& link : links)
      if (first.empty() && !link.addresses.empty() && (interface.empty() || link.name == interface))
        first = plain_address(link.addresses.front());
  };
  look(node.node.network.interfaces);
  look(node.node.network.bonds);
  look(node.node.network.vlans);
  return first;
}

Burned burn_in(const NodeWords& words, const std::vector<NamedNode>& nodes, const BurninWish& wish,
               const std::string& interface) {
  Burned burned;
  const std::vector<std::string> names = names_of(nodes);
  const run::Options options = asking_options(words.run);
  const std::size_t forks = forks_of(options);
  const auto waves = static_cast<int>((names.size() + forks - 1) / forks);
  const BurninTasks tasks = run_burnin_tasks(
      words.run, options, names, burnin_play(wish),
      to_log_in + task_bound(wish) * waves * static_cast<int>(wish.parts.size() + 1));
  burned.is_stopped = tasks.is_stopped;
  for (const std::string& node : names) {
    const store::Event* look = tasks.ends.of(node, "look");
    const auto facts = look == nullptr ? std::nullopt : facts_told(*look);
    if (!facts) {
      burned.told.problems[node] = tasks.problem(node, "look");
      continue;
    }
    burned.told.found[node] = *facts;
    add_parts(burned.told, node, parts_of(node, tasks, wish, burned.told));
  }
  if (wish.parts.contains("network") && !burned.is_stopped)
    measure_lines(words.run, options, ends_of(nodes, interface, burned.told), wish, burned);
  return burned;
}

}  // namespace provisioner::cli
