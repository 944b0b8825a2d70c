// Disruption budgets, before a node is drained.

#include "provisioner/cluster/kubernetes/budgets.h"

#include <algorithm>
#include <utility>

#include "provisioner/base/base/counted.h"

namespace provisioner::kubernetes {
namespace {

// One of a node and of a budget stands for all.
std::vector<const HeldPod*> held_on(const ClusterSight& sight,
                                    const std::vector<std::string>& nodes) {
  std::vector<const HeldPod*> held;
  for (const std::string& node : nodes)
    for (const HeldPod& pod : sight.held_pods)
      if (pod.node == node && std::ranges::none_of(held, [&](const HeldPod* other) {
            return other->node == node && other->budget == pod.budget;
          }))
        held.push_back(&pod);
  return held;
}

std::string sentence(const HeldPod& held) {
  return "'" + held.node + "' runs pod " + held.pod + ", whose budget " + held.budget +
         " allows none to go now";
}

Objection objection_to(const HeldPod& held) {
  const std::size_t slash = held.budget.find('/');
  return {sentence(held) + ": it asks for " + std::to_string(held.needed) + " of " +
              base::counted(held.expected, "pod"),
          "give it one pod more, or ask for less: kubectl --namespace " +
              held.budget.substr(0, slash) + " edit poddisruptionbudget " +
              held.budget.substr(slash + 1) + "; then the same command",
          true};
}

std::string wait_for(const HeldPod& held) {
  return sentence(held) + ": the drain waits until " + base::counted(held.needed + 1, "pod") +
         " of it are healthy, not " + std::to_string(held.healthy);
}

}  // namespace

void propose_drain(Next& next, const ClusterSight& sight, std::vector<std::string> nodes) {
  std::vector<std::string> unready = nodes;
  std::erase_if(unready, [&](const std::string& node) { return sight.node(node).is_ready(); });
  if (!unready.empty()) {
    next.step = Step{Act::cordon, std::move(unready), {}, "not ready, so its pods would not end"};
    return;
  }
  for (const HeldPod* held : held_on(sight, nodes))
    if (held->is_lasting())
      next.objections.push_back(objection_to(*held));
    else
      next.remarks.push_back(wait_for(*held));
  if (next.objections.empty()) next.step = Step{Act::drain, std::move(nodes), {}, ""};
}

std::vector<std::string> budget_remarks(const ClusterSight& sight,
                                        const std::vector<std::string>& nodes) {
  std::vector<std::string> remarks;
  for (const HeldPod* held : held_on(sight, nodes))
    if (held->is_lasting()) remarks.push_back(sentence(*held) + ", so it cannot be drained");
  return remarks;
}

}  // namespace provisioner::kubernetes
