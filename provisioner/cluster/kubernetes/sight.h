#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/certificate.h"
#include "provisioner/cluster/kubernetes/etcd_member.h"
#include "provisioner/cluster/kubernetes/version.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// Whether we have taken a node out of service. It is written on its API object before a drain
// begins and once it has ended, so that whoever goes on knows our cordon from an operator's.
enum class Away : std::uint8_t { no, draining, drained };

// "draining", "drained"; "cordoned": of a node that was not ready, so no pod of it was moved.
constexpr const char* away_annotation = "provisioner/away";
// Keys with commas between: of the labels and taints ("KEY:EFFECT") that came by the inventory.
constexpr const char* labels_annotation = "provisioner/labels";
constexpr const char* taints_annotation = "provisioner/taints";
constexpr const char* control_label = "node-role.kubernetes.io/control-plane";

// A node as the API has it.
struct ListedNode {
  bool is_ready = false;
  std::optional<std::chrono::seconds> unready_for = {};  // nullopt: it is ready, or nobody knows
  bool is_cordoned = false;
  Away away = Away::no;
  std::optional<Version> kubelet = {};  // that runs; nullopt: not a release
  Labels labels = {};
  std::vector<Taint> taints = {};
  std::set<std::string> own_labels = {}, own_taints = {};  // keys of those that are ours

  bool is_control() const { return labels.contains(control_label); }
};

// How far a restore of etcd has come on a node; `placed`: the snapshot's data is in etcd's place.
enum class RestorePhase : std::uint8_t { stopping, stopped, placed };

// A restore of etcd that has begun on a node: what nobody but the same restore goes on with.
struct RestoreMark {
  std::string snapshot;  // its SHA-256
  std::string token;     // of this one restore; the members' cluster is named by it
  RestorePhase phase = RestorePhase::stopping;
  std::vector<std::string> members = {};  // nodes; each has the same list in its data

  bool operator==(const RestoreMark&) const = default;
};

// A node as it is itself. Without an answer nothing else is known.
struct NodeSight {
  bool answers = false;
  std::string silence = {};  // why it does not, where that is known
  // Of what is installed, and of the manifest of its API server.
  std::optional<Version> kubeadm = {}, kubelet = {}, control_plane = {};
  bool has_runtime = false;  // containerd runs, and the node was prepared to its end
  std::string ca = {};       // SHA-256 of /etc/kubernetes/pki/ca.crt; empty: there is none
  // Marks of ours: kubeadm init has passed its preflight; kubeadm init or join has come to its end.
  bool is_preflight_passed = false, is_init_complete = false;
  bool is_upgrading = false;  // a mark of ours: kubeadm upgrade began and has not ended
  bool is_renewing = false;   // likewise, of its certificates
  std::optional<RestoreMark> restore = {};
  bool has_manifests = false;             // all four of a control plane
  bool has_kubelet_config = false;        // /etc/kubernetes/kubelet.conf: it has an identity
  bool has_etcd_data = false;             // anything in /var/lib/etcd/member
  std::int64_t etcd_process = 0;          // its id, where etcd runs
  std::optional<ListedNode> listed = {};  // known where the API answers, also of silent nodes

  // Has a kubelet that ends its pods when it is told to.
  bool is_ready() const { return listed && listed->is_ready; }

  // Why it does not answer, after those words.
  std::string because() const { return silence.empty() ? "" : " (" + silence + ")"; }

  // Anything of a cluster's on its disk.
  bool has_traces() const {
    return answers && (!ca.empty() || has_manifests || has_kubelet_config || has_etcd_data);
  }
};

// A pod that runs and that a PodDisruptionBudget lets nobody evict now.
struct HeldPod {
  std::string node, pod, budget;              // the last two as "NAMESPACE/NAME"
  int healthy = 0, needed = 0, expected = 0;  // pods of the budget

  // It does not let any go either where all its pods are healthy.
  bool is_lasting() const { return needed >= expected; }
};

// What was seen, at about one moment. Nodes that nobody told of count as silent.
struct ClusterSight {
  std::map<std::string, NodeSight> nodes = {};
  bool is_api_up = false;              // its endpoint answers
  std::optional<EtcdSight> etcd = {};  // nullopt: no member answers
  // Of the last `kubeadm upgrade apply` that has ended, by its ConfigMap and by kube-proxy's
  // DaemonSet (nullopt where there is none).
  std::optional<Version> configured = {}, proxy = {};
  bool has_pod_network = false;
  std::string pod_network = {};  // its name in the inventory, where we know it
  // Where they were asked for.
  std::vector<HeldPod> held_pods = {};
  std::vector<Certificate> certificates = {};

  const NodeSight& node(const std::string& name) const;
  const std::vector<EtcdMember>& members() const;  // none where etcd does not answer
};

// The member of a node, by its name or by its peer address; nullptr where it has none.
const EtcdMember* member_of(const WishedNode& node, const ClusterSight& sight);

}  // namespace provisioner::kubernetes
