#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/cluster/kubernetes/certificates.h"
#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/wish.h"
#include "provisioner/platform/access/access.h"
#include "provisioner/platform/gates/moment.h"
#include "provisioner/platform/gates/trial.h"
#include "provisioner/platform/profile/profile.h"

namespace provisioner::gates {

// What a gate is judged by beside its own trial: what the inventory asks for, and what was seen.
struct Surroundings {
  kubernetes::ClusterWish wish = {};
  kubernetes::ClusterSight sight = {};
  profile::Profile profile = {};
  access::Access access = {};
  std::vector<kubernetes::Certificate> certificates = {};
  std::map<std::string, value::Dict> variables = {};  // by node
  std::chrono::sys_seconds now = {};
  value::Value users = {};  // what `users report` has kept of its last run; none: there was none
  std::string users_problem = {};  // why that cannot be read
  Moment moment = Moment::hand_over;

  // A variable of the instance: its first control-plane node's; nullptr where it has none.
  const value::Value* variable(const std::string& name) const;
};

// A check that is really carried out.
struct Gate {
  const char* id;           // "C-3"
  const char* name;         // "pods", for those who do not know the numbers
  const char* summary;      // what is tried
  const char* needs;        // what must be there for it, or it does not run
  const char* script;       // run once, on a control-plane node, one after the other; "" for none
  const char* node_script;  // run on each node; "" for none
  Verdict (*judge)(const Trial& trial, const Surroundings& surroundings);
  Moment moment = Moment::hand_over;  // from which it can be tried
};

const std::vector<Gate>& all_gates();  // in order of their identities: C-*, G-*, P-*

// Those of a platform, the common ones and its own, that can be tried by then.
std::vector<Gate> gates_of(profile::Platform platform, Moment by = Moment::hand_over);

// By identity, in any case, or by name; nullptr where there is none.
const Gate* find_gate(const std::string& word);

}  // namespace provisioner::gates
