// P-10: whether a node has the memory for Phalanx's portal.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provisioner/cluster/kubernetes/quantity.h"
#include "provisioner/platform/gates/amounts.h"
#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

// Free memory by node: what it gives without what pods on it ask for.
std::map<std::string, double> free_memory(const Trial& trial) {
  std::map<std::string, double> free;
  for (const Line& fact : trial.of(Line::Kind::fact))
    if (fact.what == "allocatable") free[fact.on] += amount_in(fact.why).bytes;
  for (const Line& fact : trial.of(Line::Kind::fact))
    if ((fact.what == "own" || fact.what == "requests") && free.contains(fact.on))
      free[fact.on] -= amount_in(fact.why).bytes;
  return free;
}

}  // namespace

// Facts as of C-14; lines of the work area come with them.
Verdict judge_portal(const Trial& trial, const Surroundings& surroundings) {
  Trial judged = trial;
  const value::Value* portal = surroundings.variable("phalanx_portal");
  const value::Value* memory = portal == nullptr ? nullptr : portal->find("memory");
  const auto wanted =
      memory == nullptr ? std::nullopt : kubernetes::quantity_of(value::Dict::key_text(*memory));
  const auto free = free_memory(trial);
  const auto most =
      std::ranges::max_element(free, {}, [](const auto& entry) { return entry.second; });
  if (portal == nullptr || free.empty()) return judge_lines(judged);
  if (!wanted)
    judged.lines.push_back(lacking("the inventory does not say how much memory the Portal may use",
                                   "phalanx_portal: {memory: 32Gi, ...}: its limit"));
  else if (most->second < *wanted)
    judged.lines.push_back(wrong(
        "memory",
        fmt::format("the Portal may use {:.1f} GiB, and no node has them: {} has the most, {:.1f}",
                    *wanted / gib, most->first, most->second / gib),
        "a larger node, or a smaller limit"));
  else
    judged.lines.push_back(right("memory for the Portal", most->first));
  return judge_lines(judged);
}

}  // namespace provisioner::gates
