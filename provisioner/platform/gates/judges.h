#pragma once

#include "provisioner/platform/gates/gate.h"

namespace provisioner::gates {

// Gates whose lines are not yet a verdict: what was seen is held against what the inventory asks
// for. All are pure.

// C-1: clocks, names of nodes both ways.
Verdict judge_machines(const Trial& trial, const Surroundings& surroundings);
// C-2: nodes, labels, taints, versions, etcd, the API, certificates of more than 30 days.
Verdict judge_cluster(const Trial& trial, const Surroundings& surroundings);
// C-4
Verdict judge_network_policy(const Trial& trial, const Surroundings& surroundings);
// C-13: what each role may do, in which namespaces.
Verdict judge_access(const Trial& trial, const Surroundings& surroundings);
// C-14: requests of pods within what is left where the largest node is lost.
Verdict judge_capacity(const Trial& trial, const Surroundings& surroundings);
// C-17
Verdict judge_limits(const Trial& trial, const Surroundings& surroundings);
// G-10: where workspaces will be, by the declaration of access.
Verdict judge_workspaces(const Trial& trial, const Surroundings& surroundings);
// G-1, P-2
Verdict judge_gen3_version(const Trial& trial, const Surroundings& surroundings);
Verdict judge_phalanx_version(const Trial& trial, const Surroundings& surroundings);
// P-1: nothing of what Phalanx brings itself; once it is deployed, all of that.
Verdict judge_what_phalanx_brings(const Trial& trial, const Surroundings& surroundings);
// P-10: memory for the Portal on one node.
Verdict judge_portal(const Trial& trial, const Surroundings& surroundings);
// How old a record of users may be: directories and homes change under it.
constexpr std::chrono::days longest_users_age{7};
// C-9: pilots of `users report`, where nodes mount what users write to.
Verdict judge_exports(const Trial& trial, const Surroundings& surroundings);
// P-7: what `users report` found last.
Verdict judge_users(const Trial& trial, const Surroundings& surroundings);

}  // namespace provisioner::gates
