// The gates that there are.

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/gates/judges.h"
#include "provisioner/platform/gates/network_policy.h"

namespace provisioner::gates {
namespace {

// Where a script's lines are all that there is to judge.
Verdict lines_alone(const Trial& trial, const Surroundings&) { return judge_lines(trial); }

}  // namespace

const value::Value* Surroundings::variable(const std::string& name) const {
  if (wish.control.empty()) return nullptr;
  const auto its = variables.find(wish.control.front().name);
  return its == variables.end() ? nullptr : its->second.find(name);
}

Verdict judge_network_policy(const Trial& trial, const Surroundings&) {
  if (trial.said.empty() && !trial.failure.empty())
    return {.result = Result::not_run, .text = trial.failure};
  return judge(read_policy_trial(trial.said));
}

const std::vector<Gate>& all_gates() {
  static const std::vector<Gate> all = {
      {"C-2", "cluster",
       "nodes, labels, taints and versions are the inventory's; etcd and API are well, a snapshot "
       "is taken and restored; certificates last 30 days",
       "a control-plane node with etcdctl", "cluster_health", "", judge_cluster},
      {"C-3", "pods",
       "pages between pods of all nodes, by address, Service and name; large packets",
       "a pod on each node", "pods", "", lines_alone},
      {"C-4", "network-policy", "packets that must not pass do not, and those that must do",
       "a pod on each node", "network_policy", "", judge_network_policy},
      {"C-17", "limits", "limits of kernels and kubelets are what programs on them need",
       "kubelets that the API reaches", "kubelets", "kernel_limits_node", judge_limits},
  };
  return all;
}

std::vector<Gate> gates_of(profile::Platform platform) {
  std::vector<Gate> some;
  for (const Gate& gate : all_gates()) {
    const char kind = *gate.id;
    if (kind == 'C' || (kind == 'G' && platform == profile::Platform::gen3) ||
        (kind == 'P' && platform == profile::Platform::phalanx))
      some.push_back(gate);
  }
  return some;
}

const Gate* find_gate(const std::string& word) {
  const std::string lower = base::lower_case(word);
  const auto found = std::ranges::find_if(all_gates(), [&](const Gate& gate) {
    return base::lower_case(gate.id) == lower || gate.name == lower;
  });
  return found == all_gates().end() ? nullptr : &*found;
}

}  // namespace provisioner::gates
