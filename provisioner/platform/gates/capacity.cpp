// C-14: whether all that is asked for still fits where the largest node is lost.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provisioner/cluster/kubernetes/quantity.h"
#include "provisioner/platform/gates/amounts.h"
#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

void add(Amount& sum, const Amount& more) {
  sum.cores += more.cores;
  sum.bytes += more.bytes;
}

std::string text_of(const Amount& amount) {
  return fmt::format("{:.1f} cores and {:.1f} GiB", amount.cores, amount.bytes / 1073741824.0);
}

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

}  // namespace

// Facts: "allocatable" of each node that takes pods, "requests" of each pod that would have to go
// elsewhere (those of a DaemonSet go with their node), "own" of those that would not.
Verdict judge_capacity(const Trial& trial, const Surroundings& surroundings) {
  Trial judged = trial;
  std::map<std::string, Amount> free;
  Amount needed = wanted_by(surroundings);
  for (const Line& fact : trial.of(Line::Kind::fact))
    if (fact.what == "allocatable") add(free[fact.on], amount_in(fact.why));
  for (const Line& fact : trial.of(Line::Kind::fact)) {
    const Amount amount = amount_in(fact.why);
    if (fact.what == "requests") add(needed, amount);
    if (fact.what == "own" && free.contains(fact.on))
      add(free[fact.on], {-amount.cores, -amount.bytes});
  }
  if (free.empty() && trial.failure.empty() && trial.of(Line::Kind::lack).empty())
    judged.lines.push_back(wrong("capacity", "no node takes pods", "provisioner cluster status"));
  Amount left, largest;
  for (const auto& [node, amount] : free) {
    add(left, amount);
    largest.cores = std::max(largest.cores, amount.cores);
    largest.bytes = std::max(largest.bytes, amount.bytes);
  }
  add(left, {-largest.cores, -largest.bytes});
  if (free.size() == 1)
    judged.lines.push_back(wrong("capacity",
                                 "one node takes pods: nothing is left where it is lost",
                                 "add a worker to the instance"));
  else if (!free.empty() && (needed.cores > left.cores || needed.bytes > left.bytes))
    judged.lines.push_back(wrong("capacity",
                                 "pods ask for " + text_of(needed) + ", and with one node lost " +
                                     text_of(left) + " are left",
                                 "more nodes, or smaller requests"));
  else if (!free.empty())
    judged.lines.push_back(right("capacity"));
  judged.lines.push_back(
      {.what = "asked for: " + text_of(needed) + "; with one node lost " + text_of(left)});
  return judge_lines(judged);
}

}  // namespace provisioner::gates
