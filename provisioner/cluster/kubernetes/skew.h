#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/objection.h"
#include "provisioner/cluster/kubernetes/version.h"

namespace provisioner::kubernetes {

// What runs on a node; nullopt: nothing, or nobody could tell.
struct NodeVersions {
  std::string node;
  std::optional<Version> control_plane = {};  // its API server's
  std::optional<Version> kubelet = {};
};

// What stands against bringing a cluster from a version to another, by the skew that Kubernetes
// supports (https://kubernetes.io/releases/version-skew-policy): a control plane goes up one minor
// at a time and never down, API servers are one minor apart at most, kubelets are at most three
// minors older than any of them and never newer. An upgrade that is half done is judged as one.
std::vector<Objection> upgrade_objections(const Version& from, const Version& to,
                                          const std::vector<NodeVersions>& nodes);

// Whether a kubelet may join API servers of this version.
std::optional<Objection> kubelet_objection(const std::string& node, const Version& kubelet,
                                           const Version& api);

}  // namespace provisioner::kubernetes
