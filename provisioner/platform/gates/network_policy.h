#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/platform/gates/verdict.h"

namespace provisioner::gates {

// One packet (a page that was asked for) from a pod on a node to the server pod on a node.
struct Attempt {
  std::string phase;  // "before", "ingress", "egress", "after"
  std::string client;
  std::string from, to;  // nodes
  std::string port;
  bool must_pass = false, passed = false;

  std::string text() const;  // "with the ingress policy: 'other' on n06 to n07, port 8080"
};

// What the gate's script has printed.
struct PolicyTrial {
  std::string pod_network;  // empty: none that we know
  std::vector<Attempt> attempts;
  std::string failure;  // why it came to no attempts; empty: it did
};

// Throws Error(failed) for a line that is none of the script's.
PolicyTrial read_policy_trial(std::string_view said);

// Whether NetworkPolicy holds, both ways: what must not pass does not, and what must does.
Verdict judge(const PolicyTrial& trial);

}  // namespace provisioner::gates
