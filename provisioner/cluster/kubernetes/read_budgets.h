#pragma once

#include <string_view>
#include <vector>

#include "provisioner/cluster/kubernetes/sight.h"

namespace provisioner::kubernetes {

// Which pods no one may evict now, by what the API server of 1.33 and 1.34 holds an eviction
// against (pkg/registry/core/pod/storage/eviction.go). Of pods that a drain leaves alone, those of
// DaemonSets and static ones, there is none. Lines with tabs between their cells:
//   budgets  NAMESPACE NAME ALLOWED HEALTHY NEEDED EXPECTED POLICY SELECTOR
//   pods     NAMESPACE NAME NODE DELETED OWNER MIRROR READY LABELS, of those that run
// SELECTOR and LABELS are JSON, or empty. Throws Error(input) for any other line.
std::vector<HeldPod> read_held_pods(std::string_view budgets, std::string_view pods);

}  // namespace provisioner::kubernetes
