// C-14: whether all that is asked for still fits where the largest node is lost.

#include "provisioner/platform/gates/capacity.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/cluster/kubernetes/quantity.h"
#include "provisioner/platform/gates/amounts.h"
#include "provisioner/platform/gates/judges.h"
#include "provisioner/platform/gates/node_choice.h"
#include "provisioner/platform/gates/pod_requests.h"

namespace provisioner::gates {
namespace {

using Rooms = std::map<std::string, Amount>;  // by node

constexpr const char* rendering = "rendering";
constexpr const char* no_rendering = "no rendering";

Amount wanted_by(const Surroundings& surroundings) {
  const value::Value* wish = surroundings.variable("gates_capacity");
  if (wish == nullptr) return {};
  const auto part = [&](const char* key) {
    const value::Value* found = wish->find(key);
    return found == nullptr ? 0.0
                            : kubernetes::quantity_of(value::Dict::key_text(*found)).value_or(0);
  };
  return {.cores = part("cpu"), .bytes = part("memory")};
}

// What the platform will bring: of its chart where that was rendered, and how that is known.
struct Coming {
  std::optional<PodRequests> chart = {};
  std::string name = {};
  std::string words = {};
};

Coming coming_by(const Trial& trial, const Amount& declared) {
  Coming coming;
  std::string why;
  for (const Line& fact : trial.of(Line::Kind::fact)) {
    if (fact.what == no_rendering) why = fact.why;
    if (fact.what != rendering) continue;
    coming.name = fact.on;
    try {
      coming.chart = pod_requests(value::read_yaml_text(fact.why, "<rendered chart>"));
      if (!coming.chart->workloads.empty()) return coming;
      why = coming.name + " renders no pods";
    } catch (const base::Error& error) {
      why = coming.name + " renders what is no YAML: " + error.message();
    }
    coming.chart.reset();
  }
  const bool is_declared = declared.cores > 0 || declared.bytes > 0;
  if (!why.empty())
    coming.words = std::string(is_declared ? "declared figures" : "no figures are declared") +
                   "; the chart was not rendered: " + why;
  return coming;
}

// What was seen. "There" are pods of the platform that run already.
struct Seen {
  Rooms free = {};       // what each node that takes pods gives, less what goes with it
  Rooms own_there = {};  // of the platform what goes with its node
  Amount elsewhere = {}, there = {};
};

Seen seen_by(const Trial& trial) {
  Seen seen;
  for (const Line& fact : trial.of(Line::Kind::fact))
    if (fact.what == "allocatable") add(seen.free[fact.on], amount_in(fact.why));
  for (const Line& fact : trial.of(Line::Kind::fact)) {
    if (fact.what == rendering || fact.what == no_rendering) continue;
    const Amount amount = amount_in(fact.why);
    if (fact.what == "requests") add(seen.elsewhere, amount);
    if (fact.what == "requests_there") add(seen.there, amount);
    if (!seen.free.contains(fact.on)) continue;
    if (fact.what == "own") add(seen.free[fact.on], amount, -1);
    if (fact.what == "own_there") add(seen.own_there[fact.on], amount);
  }
  return seen;
}

kubernetes::Labels labels_of(const Surroundings& surroundings, const std::string& node) {
  const auto& listed = surroundings.sight.node(node).listed;
  return listed ? listed->labels : kubernetes::Labels{};
}

class Capacity {
 public:
  Capacity(const Trial& trial, const Surroundings& surroundings)
      : declared_(wanted_by(surroundings)),
        seen_(seen_by(trial)),
        coming_(coming_by(trial, declared_)) {
    for (const auto& [node, room] : seen_.free) labels_[node] = labels_of(surroundings, node);
    needed_ = seen_.elsewhere;
    if (coming_.chart) {
      take_chart(*coming_.chart);
    } else {
      for (const auto& [node, own] : seen_.own_there) add(seen_.free[node], own, -1);
      add(needed_, seen_.there);
      add(needed_, declared_);
    }
    Amount largest;
    for (const auto& [node, room] : seen_.free) {
      add(left_, room);
      largest = greater_of(largest, room);
    }
    add(left_, largest, -1);
  }

  bool has_nodes() const { return !seen_.free.empty(); }

  std::vector<Line> lines() const {
    std::vector<Line> lines;
    if (coming_.chart)
      for (const std::string& mistake : coming_.chart->mistakes)
        lines.push_back(wrong("a quantity", mistake, "the values of " + coming_.name));
    for (const Workload& one : misfits_)
      lines.push_back(wrong(one.name,
                            "one pod of " + one.name + " asks for " + text_of(one.each, one.each) +
                                ", and no node that it may go to has as much",
                            "a larger node, or smaller requests in the values of " + coming_.name));
    lines.push_back(judged());
    lines.push_back({.what = "asked for: " + asked() + "; with one node lost " + left()});
    if (!coming_.words.empty()) lines.push_back({.what = coming_.words});
    return lines;
  }

 private:
  std::string asked() const { return text_of(needed_, needed_); }
  std::string left() const { return text_of(left_, needed_); }

  Line judged() const {
    const std::string known = coming_.words.empty() ? "" : " (" + coming_.words + ")";
    if (seen_.free.size() == 1)
      return wrong("capacity", "one node takes pods: nothing is left where it is lost",
                   "add a worker to the instance");
    if (fits(needed_, left_)) return right("capacity");
    return wrong(
        "capacity",
        "pods ask for " + asked() + ", and with one node lost " + left() + " are left" + known,
        "more nodes, or smaller requests");
  }

  // Pods that run of what is to come, and figures for all of it, are the same once more: the
  // greatest counts.
  void take_chart(const PodRequests& chart) {
    Amount moving, in_all;
    double pods = 0;
    Rooms daemons;
    for (const Workload& one : chart.workloads) {
      const double count = one.is_daemon_set ? on_nodes(one, daemons) : one.pods;
      if (!one.is_daemon_set) add(moving, one.each, one.pods);
      add(in_all, one.each, count);
      pods += count;
    }
    for (auto& [node, room] : seen_.free)
      add(room, greater_of(daemons[node], seen_.own_there[node]), -1);
    for (const Workload& one : chart.workloads)
      if (!has_place(one)) misfits_.push_back(one);
    add(needed_, greater_of(greater_of(moving, seen_.there), declared_));
    coming_.words = words_of(chart, pods, in_all);
  }

  // Adds what it asks of each node, and counts those.
  double on_nodes(const Workload& daemon, Rooms& rooms) const {
    double count = 0;
    for (const auto& [node, labels] : labels_) {
      if (!may_run_on(daemon.pod, node, labels)) continue;
      add(rooms[node], daemon.each);
      ++count;
    }
    return count;
  }

  // Nodes with taints are not among those that are known here.
  bool has_place(const Workload& one) const {
    return one.is_daemon_set || one.is_tolerant || seen_.free.empty() ||
           std::ranges::any_of(seen_.free, [&](const auto& room) {
             return may_run_on(one.pod, room.first, labels_.at(room.first)) &&
                    fits(one.each, room.second);
           });
  }

  std::string words_of(const PodRequests& chart, double pods, const Amount& in_all) const {
    std::string words = coming_.name + " as it is rendered: " + fmt::format("{:g}", pods) +
                        (pods == 1 ? " pod asks for " : " pods ask for ") + text_of(in_all, in_all);
    if (chart.silent > 0)
      words += "; the pods of " + base::counted(chart.silent, "object") + " ask for nothing";
    std::vector<std::string> claims;
    for (const auto& [name, bytes] : chart.claims)
      claims.push_back(fmt::format("{:.1f} GiB of {}", bytes / gib,
                                   name.empty() ? "the default class" : "'" + name + "'"));
    if (!claims.empty())
      words += "; volumes, which nodes' room is not held against: " + base::join(claims, ", ");
    return words;
  }

  Amount declared_;
  Seen seen_;
  Coming coming_;
  std::map<std::string, kubernetes::Labels> labels_ = {};
  std::vector<Workload> misfits_ = {};
  Amount needed_ = {}, left_ = {};
};

}  // namespace

Line chart_rendered(const std::string& chart, const std::string& manifests) {
  return {.kind = Line::Kind::fact, .what = rendering, .on = chart, .why = manifests};
}

Line chart_not_rendered(const std::string& why) {
  return {.kind = Line::Kind::fact, .what = no_rendering, .why = why};
}

// Facts: "allocatable" of each node that takes pods, "requests" of each pod that would have to go
// elsewhere (those of a DaemonSet go with their node), "own" of those that would not; of pods of
// the platform's own namespace "requests_there" and "own_there".
Verdict judge_capacity(const Trial& trial, const Surroundings& surroundings) {
  Trial judged = trial;
  const Capacity capacity(trial, surroundings);
  if (capacity.has_nodes())
    for (Line& line : capacity.lines()) judged.lines.push_back(std::move(line));
  else if (trial.failure.empty() && trial.of(Line::Kind::lack).empty())
    judged.lines.push_back(wrong("capacity", "no node takes pods", "provisioner cluster status"));
  return judge_lines(judged);
}

}  // namespace provisioner::gates
