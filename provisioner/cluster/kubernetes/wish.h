#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/kubernetes/version.h"

namespace provisioner::kubernetes {

struct Taint {
  std::string key, value, effect;

  auto operator<=>(const Taint&) const = default;
  std::string text() const;            // "dedicated=gpu:NoSchedule", as kubectl has it
  std::string key_and_effect() const;  // "dedicated:NoSchedule": a node has one of it
};

using Labels = std::map<std::string, std::string>;

// A node as the inventory wants it in a cluster.
struct WishedNode {
  std::string name;     // which is its name in Kubernetes and in etcd too
  std::string address;  // by which the other control-plane nodes reach it
  Labels labels = {};
  std::vector<Taint> taints = {};
  base::Pos pos = {};
  std::map<std::string, base::Pos> places = {};  // of labels by their keys, of taints by their text

  const base::Pos& place_of(const std::string& label_or_taint) const;  // or its own
};

// Of the API, in front of all control-plane nodes.
struct Endpoint {
  std::string name, address;
  base::Pos pos = {};
};

// What the inventory asks for. The cluster begins on the first control-plane node.
struct ClusterWish {
  std::string instance;
  Version version;
  Endpoint endpoint = {};
  std::string pod_network = {};  // empty: whichever there is
  std::vector<WishedNode> control = {};
  std::vector<WishedNode> workers = {};
  int deadline_factor = 1;  // its nodes may take so many times longer than servers do

  const WishedNode* control_node(const std::string& name) const;  // nullptr: none of that name
  const WishedNode* worker(const std::string& name) const;
  bool names(const std::string& node) const;
  std::vector<const WishedNode*> nodes() const;  // control plane first
  std::vector<std::string> node_names() const;   // control plane first
  std::vector<std::string> control_names() const;
};

// All that is wrong with it, with its place: with the nodes, and with where the API is reached.
void check_members(const ClusterWish& wish, base::Diagnostics& diagnostics);
void check_endpoint(const ClusterWish& wish, base::Diagnostics& diagnostics);

// Where etcd's peers find the member of a node: what kubeadm makes of the address.
std::string peer_url(const WishedNode& node);

}  // namespace provisioner::kubernetes
