// Never a second certificate authority.

#include "provisioner/cluster/kubernetes/authority.h"

#include <utility>

namespace provisioner::kubernetes {
namespace {

constexpr std::size_t shown_digits = 16;

std::string short_digest(const std::string& digest) { return digest.substr(0, shown_digits); }

std::string two_authorities(const Authority& one, const Authority& other) {
  return "'" + one.node + "' has the CA " + short_digest(one.digest) + " and '" + other.node +
         "' the CA " + short_digest(other.digest) + ": they are of two clusters";
}

std::optional<Objection> silent_objection(const ClusterWish& wish, const std::string& node) {
  if (wish.worker(node) != nullptr) return std::nullopt;
  const bool is_wished = wish.names(node);
  return Objection{"'" + node +
                       "' does not answer and may have the CA of this cluster: no second "
                       "one is made",
                   is_wished ? "bring it back, or take it out of the group 'control'"
                             : "bring it back, or take it out of the inventory"};
}

bool is_control_silent(const ClusterWish& wish, const ClusterSight& sight) {
  return std::ranges::any_of(
      wish.control, [&](const WishedNode& node) { return !sight.node(node.name).answers; });
}

// What a node shows of a cluster although no control-plane node has a CA. One that is silent may
// have it: then there is nothing to be done with what others show.
std::optional<Objection> remains_objection(const ClusterWish& wish, const ClusterSight& sight,
                                           const std::string& node) {
  const NodeSight& seen = sight.node(node);
  if (wish.worker(node) != nullptr && is_control_silent(wish, sight)) return std::nullopt;
  const std::string who = "'" + node + "' ";
  if (!seen.ca.empty())
    return Objection{
        who + "belongs to a cluster with the CA " + short_digest(seen.ca) +
            ", and no control-plane node has it",
        wish.names(node)
            ? "restore the control plane, or reset it: provisioner cluster remove " + node
            : "put it into the group 'control' again, or reset it"};
  const char* what = seen.has_etcd_data        ? "data of etcd"
                     : seen.has_manifests      ? "the manifests of a control plane"
                     : seen.has_kubelet_config ? "a kubelet that has joined a cluster"
                                               : nullptr;
  if (what == nullptr) return std::nullopt;
  return Objection{who + "has " + what + ", and no control-plane node has a CA",
                   seen.has_etcd_data
                       ? "restore its certificates; where the data counts no more: kubeadm reset"
                       : "reset it: provisioner cluster remove " + node};
}

}  // namespace

std::optional<Authority> authority_of(const ClusterWish& wish, const ClusterSight& sight) {
  for (const WishedNode& node : wish.control)
    if (const NodeSight& seen = sight.node(node.name); seen.answers && !seen.ca.empty())
      return Authority{node.name, seen.ca};
  return std::nullopt;
}

std::optional<Objection> authority_objection(const ClusterWish& wish, const ClusterSight& sight) {
  const auto first = authority_of(wish, sight);
  if (!first) return std::nullopt;
  for (const WishedNode& node : wish.control) {
    const NodeSight& seen = sight.node(node.name);
    if (seen.answers && !seen.ca.empty() && seen.ca != first->digest)
      return Objection{two_authorities(*first, {node.name, seen.ca}),
                       "find out which is the right one, and reset the other: provisioner cluster "
                       "remove NODE"};
  }
  return std::nullopt;
}

std::optional<Objection> foreign_objection(const std::string& node, const ClusterSight& sight,
                                           const Authority& authority) {
  const NodeSight& seen = sight.node(node);
  if (!seen.answers || seen.ca.empty() || seen.ca == authority.digest) return std::nullopt;
  return Objection{two_authorities(authority, {node, seen.ca}),
                   "reset it if it is to leave the other one: provisioner cluster remove " + node};
}

std::vector<Objection> init_objections(const ClusterWish& wish, const ClusterSight& sight,
                                       const std::string& beginner) {
  std::vector<Objection> objections;
  const auto add = [&](std::optional<Objection> objection) {
    if (objection) objections.push_back(*std::move(objection));
  };
  if (sight.is_api_up)
    add(Objection{"the API answers at '" + wish.endpoint.name +
                      "', and no control-plane node of the inventory has a CA",
                  "put the nodes that it runs on into the group 'control'"});
  else if (!sight.members().empty())
    add(Objection{"etcd answers, and no control-plane node of the inventory has a CA",
                  "restore the certificates on its nodes"});
  for (const WishedNode& node : wish.control)
    if (!sight.node(node.name).answers) add(silent_objection(wish, node.name));
  for (const auto& [name, seen] : sight.nodes) {
    if (name == beginner) continue;
    if (seen.answers)
      add(remains_objection(wish, sight, name));
    else if (wish.control_node(name) == nullptr)
      add(silent_objection(wish, name));
  }
  return objections;
}

}  // namespace provisioner::kubernetes
