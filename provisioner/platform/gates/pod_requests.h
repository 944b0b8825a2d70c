#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/platform/gates/amounts.h"

namespace provisioner::gates {

// The pods that one object asks for, as many as may be there at once.
struct Workload {
  std::string name;            // "Deployment fence"
  Amount each = {};            // that one of its pods asks for
  double pods = 1;             // of a DaemonSet: on each node that it may go to
  bool is_daemon_set = false;  // its pods go with their node
  bool is_tolerant = false;    // it may go to nodes with taints
  value::Value pod = {};       // the pods' spec
};

// All that a list of manifests asks of a cluster's nodes.
struct PodRequests {
  std::vector<Workload> workloads = {};
  std::map<std::string, double> claims = {};  // bytes of volumes by class; "" is the default one
  std::size_t silent = 0;                     // objects whose pods ask for nothing
  // "Deployment web: 'lots' of memory is no quantity"
  std::vector<std::string> mistakes = {};
};

// Sums up as the scheduler does: of a container what it requests, else its limit; of a pod its
// containers, or an earlier one where that asks for more; what is said of the pod as a whole goes
// before that. A job counts with all of its pods that run side by side, one of a schedule as one
// job; what is suspended, or runs only where a chart is tried, rolled back or removed, does not.
PodRequests pod_requests(const std::vector<value::Value>& documents);

}  // namespace provisioner::gates
