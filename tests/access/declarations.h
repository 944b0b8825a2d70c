#pragma once

#include <string>

#include "provisioner/platform/access/read_access.h"

namespace provisioner::access {

// The cluster that tests declare access for.
Cluster test_cluster();

struct Told {
  Access access;
  std::string mistakes, warnings;  // as a user sees them
};
Told told(const std::string& yaml, const Cluster& cluster = test_cluster());

}  // namespace provisioner::access
