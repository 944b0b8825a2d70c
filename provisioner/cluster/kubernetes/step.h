#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/cluster/kubernetes/etcd_member.h"
#include "provisioner/cluster/kubernetes/objection.h"

namespace provisioner::kubernetes {

// What a stage playbook does. All may be cut off anywhere: whoever looks next goes on or undoes.
enum class Act : std::uint8_t {
  prepare,         // the runtime, kubelet and kubeadm of the version asked for
  init,            // kubeadm init on a clean node, preflight first
  continue_init,   // all phases but the preflight
  join_control,    // one node
  finish_join,     // what follows once etcd has made it a voter: the kubelet, labels and marks
  join_workers,    // side by side
  undo_half_join,  // its etcd member goes first, the certificates last: they tell of the rest
  remove_member,   // of etcd, whose node has nothing of it
  pod_network,
  label,               // labels and taints
  wait_ready,          // with a deadline
  upgrade_apply,       // kubeadm upgrade apply: one control plane and what is the cluster's
  upgrade_control,     // kubeadm upgrade node: another control plane
  drain,               // says so on the API object first, and once it has ended
  cordon,              // the same of a node that is not ready: no pod of it is waited for
  upgrade_kubelet,     // of a drained node
  bring_back,          // takes what we said off, and uncordons
  stop_control,        // etcd and the API of all, before a restore
  place_snapshot,      // its data in the place of etcd's, which is kept beside it
  start_control,       // etcd and the API again
  end_restore,         // what a restore leaves to be made good, and its mark
  renew_certificates,  // of one node, and restarts what reads them
  reset,               // kubeadm reset of a node that etcd does not know any more
  delete_node,         // its API object
  disarm_alarms,       // of etcd, that members have left behind
};
std::string_view name_of(Act act);

struct Step {
  Act act = Act::prepare;
  std::vector<std::string> nodes = {};  // side by side
  std::optional<MemberId> member = {};  // that leaves etcd
  std::string because = {};

  std::string text() const;  // "undo half join: cp2 (member 8e9e05c52164694d): it has no ..."
};

// What may happen next: at most one thing, then the cluster is looked at again.
struct Next {
  std::optional<Step> step = {};
  std::vector<Objection> objections = {};  // what stands against the rest of it
  std::vector<std::string> remarks = {};   // what is to be known, and hinders nothing
  std::set<std::string> told_silent = {};  // by next_step: nodes of which these say why they are

  // All is as it was asked for.
  bool is_done() const { return !step && objections.empty(); }
  // All but what some nodes lack, without whom the cluster stands.
  bool is_done_for_rest() const {
    return !step && std::ranges::all_of(objections, &Objection::spares_rest);
  }
};

}  // namespace provisioner::kubernetes
