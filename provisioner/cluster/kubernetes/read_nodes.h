#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "provisioner/base/value/value.h"
#include "provisioner/cluster/kubernetes/sight.h"

namespace provisioner::kubernetes {

// `kubectl get nodes -o json`, by name; `now` is when it was told. Throws Error(input) that names
// the command for any other shape.
std::map<std::string, ListedNode> read_listed_nodes(std::string_view answer,
                                                    std::optional<std::chrono::sys_seconds> now);

// What the stage that only looks tells of a node that answers: a dict of
//   kubeadm, kubelet, control_plane   texts, "v1.34.4"; left out where there is none
//   runtime, preflight, init, upgrading, renewing, manifests, kubelet_config, etcd_data   booleans
//   etcd_process                      a number; left out or 0 where etcd does not run
//   ca                                text of 64 hexadecimal digits, or empty
//   restore                           text "SHA-256 TOKEN PHASE NODE,NODE", or empty
// Throws Error(input) that names the node for any other shape: it decides over certificates.
NodeSight read_node(const std::string& node, const value::Value& facts);

}  // namespace provisioner::kubernetes
