#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/alarms.h"
#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes::tests {

// A double for machines, etcd and the API: a small state machine that does what stage playbooks
// make kubeadm do, one operation after the other, and may be cut off after any of them. It judges
// every operation: what must never happen by an act of ours is told by `violation`.
class SimulatedCluster {
 public:
  static constexpr std::size_t whole = SIZE_MAX;

  SimulatedCluster(std::size_t control, std::size_t workers, Version version);

  ClusterWish wish;

  ClusterSight look() const;
  // The first `most` operations of a step; the rest is cut off.
  void perform(const Step& step, std::size_t most = whole);
  // `cluster etcd defragment`, likewise.
  void defragment(const Defragmentation& asked, std::size_t most = whole);

  // What happens to a cluster, and is no act of ours. Each answers whether it could happen.
  bool kill(const std::string& name);
  bool revive(const std::string& name);
  bool stop_etcd(const std::string& name);
  bool break_kubelet(const std::string& name);  // it reports no more, and ends no pod
  bool corrupt(const std::string& name);  // its data; the others tell by a quorum what is right
  bool fill(const std::string& name);     // its database, up to the quota
  bool wipe(const std::string& name);     // a new disk; never the last copy of anything
  bool cordon(const std::string& name);   // by an operator
  bool forget_object(const std::string& name);       // of a worker, by an operator
  bool hold(const std::string& name, bool is_held);  // by a budget that lets none of its pods go
  bool add_stray_member();                           // never started, of no node
  void revive_all();

  bool has_quorum() const;
  const std::string& violation() const { return violation_; }  // the first; empty: none
  std::size_t members() const { return members_.size(); }
  bool is_cordoned(const std::string& name) const;
  std::set<std::uint64_t> etcd_data() const;  // of whom the machines have data
  const std::set<std::string>& cordoned_by_operator() const { return operators_cordons_; }

 private:
  struct Machine {
    bool is_up = true;
    bool has_runtime = false, is_preflight_passed = false, is_init_complete = false;
    bool has_manifests = false, has_kubelet_config = false;
    bool is_settled = false;         // its kubelet has reported since it was started
    bool is_restarting = false;      // its etcd, by an upgrade
    bool is_upgrading = false;       // the mark
    bool is_etcd_stopped = false;    // by itself: the node answers all the same
    bool is_kubelet_broken = false;  // likewise
    int ca = 0;                      // 0: none
    std::uint64_t data = 0;          // the member whose data it has; 0: none
    std::optional<Version> kubeadm = {}, kubelet = {}, control_plane = {};
    std::optional<RestoreMark> restore = {};

    bool has_traces() const { return ca != 0 || has_manifests || has_kubelet_config || data != 0; }
  };
  struct Member {
    std::uint64_t id = 0;
    std::string owner;  // the node that it was added for
    bool is_started = false, is_learner = false;
    bool is_corrupt = false;                    // and has an alarm
    bool is_full = false, is_no_space = false;  // the alarm
  };

  bool op(const std::function<void()>& act);  // false: cut off
  void judge(bool had_quorum);
  void forbid(bool is_so, const std::string& what);

  void prepare(const Step& step);
  void begin(const std::string& name, bool is_clean);
  void join_control(const std::string& name);
  void finish(const std::string& name);
  void join_workers(const Step& step);
  void undo(const Step& step);
  void remove_member(MemberId id);
  void reset(const std::string& name);
  void put_labels(const Step& step);
  void settle(const Step& step);
  void drain(const Step& step);
  void bring_back(const Step& step);
  void restart_control_plane(const std::string& name, bool is_first);
  void upgrade_kubelets(const Step& step);
  void stop_control(const Step& step);
  void place_snapshot(const Step& step);
  void disarm_alarms();

  bool is_healthy(const Member& member) const;
  bool is_ready(const Machine& machine) const;
  bool refuses_writes() const;  // etcd, for an alarm
  Member* member_for(const std::string& name);
  bool is_api_up() const;
  int copied_ca() const;  // from a control plane that runs
  void list(const std::string& name);
  NodeSight node_sight(const std::string& name, const Machine& machine) const;
  EtcdSight etcd_sight() const;
  bool keeps_quorum_without(const std::string& name) const;

  std::map<std::string, Machine> machines_;
  std::map<std::string, ListedNode> objects_;
  std::vector<Member> members_;
  std::set<std::uint64_t> left_alarms_;  // of members that were removed
  std::set<std::string> operators_cordons_, held_;
  std::set<std::string> only_cordoned_;  // of those that are drained: their pods are still there
  std::optional<Version> configured_, proxy_;
  bool has_pod_network_ = false;
  int last_ca_ = 0;
  std::uint64_t last_member_ = 0x8000000000000000;
  std::size_t left_ = 0;
  std::string acting_;  // the step under way
  std::string violation_;
};

}  // namespace provisioner::kubernetes::tests
