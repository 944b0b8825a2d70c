// What stage playbooks would do to machines.

#include <algorithm>

#include "tests/kubernetes/simulated_cluster.h"

namespace provisioner::kubernetes::tests {

void SimulatedCluster::forbid(bool is_so, const std::string& what) {
  if (is_so && violation_.empty()) violation_ = what + " (" + acting_ + ")";
}

bool SimulatedCluster::op(const std::function<void()>& act) {
  if (left_ == 0) return false;
  --left_;
  const bool had_quorum = has_quorum();
  act();
  judge(had_quorum);
  return true;
}

void SimulatedCluster::judge(bool had_quorum) {
  // The only control plane there is restarts in its place.
  const bool is_only = wish.control.size() == 1;
  const bool is_restore = std::ranges::any_of(
      machines_, [](const auto& entry) { return entry.second.restore.has_value(); });
  forbid(had_quorum && !has_quorum() && !is_only && !is_restore, "quorum was lost");
  std::set<int> authorities;
  std::size_t away = 0;
  std::optional<Version> oldest_api;
  for (const auto& [name, machine] : machines_) {
    if (machine.ca != 0) authorities.insert(machine.ca);
    if (machine.control_plane && (!oldest_api || *machine.control_plane < *oldest_api))
      oldest_api = machine.control_plane;
    const auto object = objects_.find(name);
    const bool is_drained = object != objects_.end() && object->second.away != Away::no;
    if (wish.control_node(name) != nullptr && (is_drained || machine.is_restarting)) ++away;
  }
  forbid(authorities.size() > 1, "there are two authorities");
  forbid(away > 1, "two control-plane nodes are away");
  // A control plane's kubelet talks to the API server beside it, a worker's to any.
  for (const auto& [name, object] : objects_)
    if (const auto& api =
            wish.control_node(name) != nullptr ? machines_[name].control_plane : oldest_api)
      forbid(object.kubelet && *object.kubelet > *api,
             "the kubelet of " + name + " is newer than an API server");
}

namespace {

// What goes through the API, which cannot write while etcd refuses to. An init that goes on only
// fails by it, and goes on again.
bool writes(Act act) {
  switch (act) {
    case Act::continue_init:
    case Act::prepare:
    case Act::undo_half_join:
    case Act::remove_member:
    case Act::wait_ready:
    case Act::reset:
    case Act::disarm_alarms:
      return false;
    default:
      return true;
  }
}

}  // namespace

void SimulatedCluster::perform(const Step& step, std::size_t most) {
  left_ = most;
  acting_ = step.text();
  forbid(refuses_writes() && writes(step.act), "it was written while etcd refuses that");
  const std::string& first = step.nodes.empty() ? acting_ : step.nodes.front();
  switch (step.act) {
    case Act::prepare:
      prepare(step);
      break;
    case Act::init:
      begin(first, true);
      break;
    case Act::continue_init:
      begin(first, false);
      break;
    case Act::join_control:
      join_control(first);
      break;
    case Act::finish_join:
      finish(first);
      break;
    case Act::join_workers:
      join_workers(step);
      break;
    case Act::undo_half_join:
      undo(step);
      break;
    case Act::remove_member:
      remove_member(*step.member);
      break;
    case Act::pod_network:
      op([&] { has_pod_network_ = true; });
      break;
    case Act::label:
      put_labels(step);
      break;
    case Act::wait_ready:
      settle(step);
      break;
    case Act::upgrade_apply:
      restart_control_plane(first, true);
      break;
    case Act::upgrade_control:
      restart_control_plane(first, false);
      break;
    case Act::drain:
    case Act::cordon:
      drain(step);
      break;
    case Act::upgrade_kubelet:
      upgrade_kubelets(step);
      break;
    case Act::bring_back:
      bring_back(step);
      break;
    case Act::stop_control:
      stop_control(step);
      break;
    case Act::place_snapshot:
      place_snapshot(step);
      break;
    case Act::start_control:
      for (const std::string& name : step.nodes) op([&] { machines_[name].has_manifests = true; });
      break;
    case Act::end_restore:
      for (const std::string& name : step.nodes) op([&] { machines_[name].restore.reset(); });
      break;
    case Act::renew_certificates:
      break;
    case Act::reset:
      for (const std::string& name : step.nodes) reset(name);
      break;
    case Act::delete_node:
      op([&] { objects_.erase(first); });
      break;
    case Act::disarm_alarms:
      disarm_alarms();
      break;
  }
  for (auto& [name, machine] : machines_) machine.is_restarting = false;  // the kubelet sees to it
}

void SimulatedCluster::prepare(const Step& step) {
  for (const std::string& name : step.nodes)
    op([&] {
      Machine& machine = machines_[name];
      forbid(machine.has_traces(), "a node of a cluster was prepared");
      machine.has_runtime = true;
      machine.kubeadm = machine.kubelet = wish.version;
    });
}

void SimulatedCluster::begin(const std::string& name, bool is_clean) {
  Machine& machine = machines_[name];
  if (is_clean) {
    if (!op([&] {
          forbid(machine.has_traces(), "init on a node that has something of a cluster");
          machine.is_preflight_passed = true;
        }))
      return;
  }
  const bool goes_on = op([&] {
                         if (machine.ca == 0) machine.ca = ++last_ca_;
                       }) &&
                       op([&] { machine.has_kubelet_config = true; }) && op([&] {
                         machine.has_manifests = true;
                         machine.control_plane = wish.version;
                       }) &&
                       op([&] {
                         if (machine.data != 0) return;
                         forbid(!members_.empty(), "a second etcd was begun");
                         machine.data = ++last_member_;
                         members_ = {{machine.data, name, true, false}};
                       });
  if (!goes_on || !op([&] { list(name); })) return;
  if (op([&] { objects_[name].labels[control_label]; }) &&
      op([&] { configured_ = proxy_ = wish.version; }))
    op([&] { machine.is_init_complete = true; });
}

void SimulatedCluster::join_control(const std::string& name) {
  Machine& machine = machines_[name];
  if (!is_api_up() || !machine.is_up) return;
  forbid(machine.has_traces(), "a node that has something of a cluster was joined");
  const bool is_added = op([&] { machine.ca = copied_ca(); }) && op([&] {
                          machine.has_manifests = true;
                          machine.control_plane = configured_;
                        }) &&
                        op([&] { machine.has_kubelet_config = true; }) && op([&] { list(name); }) &&
                        op([&] {
                          for (const Member& member : members_)
                            forbid(member.is_learner || !is_healthy(member),
                                   "a member was added while another one was not well");
                          members_.push_back({++last_member_, name, false, true});
                        });
  if (!is_added) return;
  if (op([&] {
        machine.data = members_.back().id;
        members_.back().is_started = true;
      }) &&
      op([&] { members_.back().is_learner = false; }))
    finish(name);
}

void SimulatedCluster::finish(const std::string& name) {
  if (op([&] { list(name); }) && op([&] { objects_[name].labels[control_label]; }))
    op([&] { machines_[name].is_init_complete = true; });
}

void SimulatedCluster::join_workers(const Step& step) {
  forbid(!is_api_up(), "workers were joined without an API");
  for (const std::string& name : step.nodes) {
    Machine& machine = machines_[name];
    if (!machine.is_up) continue;
    forbid(machine.has_traces(), "a worker that has something of a cluster was joined");
    operators_cordons_.erase(name);
    if (!op([&] { objects_.erase(name); }) || !op([&] { machine.ca = copied_ca(); }) ||
        !op([&] { machine.has_kubelet_config = true; }))
      return;
    op([&] { list(name); });
  }
}

void SimulatedCluster::undo(const Step& step) {
  for (const std::string& name : step.nodes) {
    const Member* member = member_for(name);
    forbid(member != nullptr && !member->is_learner && is_healthy(*member),
           "a control plane that works was undone");
  }
  if (step.member) remove_member(*step.member);
  for (const std::string& name : step.nodes) reset(name);
}

void SimulatedCluster::remove_member(MemberId id) {
  op([&] {
    if (!has_quorum()) return;  // etcd refuses
    for (const Member& member : members_)
      if (MemberId{member.id} == id && (member.is_corrupt || member.is_no_space))
        left_alarms_.insert(member.id);
    std::erase_if(members_, [&](const Member& member) { return MemberId{member.id} == id; });
  });
}

void SimulatedCluster::disarm_alarms() {
  op([&] {
    forbid(std::ranges::any_of(members_, &Member::is_corrupt), "wrong data was taken for right");
    if (!has_quorum()) return;
    left_alarms_.clear();
    // Who takes no part raises none again.
    for (Member& member : members_) member.is_no_space = member.is_full && is_healthy(member);
  });
}

void SimulatedCluster::reset(const std::string& name) {
  Machine& machine = machines_[name];
  if (!machine.is_up) return;
  if (op([&] {
        machine.data = 0;
        machine.is_etcd_stopped = false;
      }) &&
      op([&] {
        machine.has_manifests = false;
        machine.control_plane.reset();
      }) &&
      op([&] { machine.has_kubelet_config = machine.is_settled = false; }))
    op([&] {
      machine.ca = 0;
      machine.is_preflight_passed = machine.is_init_complete = machine.is_upgrading = false;
    });
}

void SimulatedCluster::put_labels(const Step& step) {
  for (const std::string& name : step.nodes)
    op([&] {
      const auto object = objects_.find(name);
      const WishedNode* node = wish.worker(name);
      if (object == objects_.end() || node == nullptr) return;
      for (const std::string& key : object->second.own_labels) object->second.labels.erase(key);
      object->second.own_labels.clear();
      for (const auto& [key, text] : node->labels) {
        object->second.labels[key] = text;
        object->second.own_labels.insert(key);
      }
    });
}

void SimulatedCluster::settle(const Step& step) {
  for (const std::string& name : step.nodes)
    if (machines_[name].is_up) op([&] { machines_[name].is_settled = true; });
}

void SimulatedCluster::drain(const Step& step) {
  const bool moves_pods = step.act == Act::drain;
  for (const std::string& name : step.nodes) {
    if (!op([&] {
          forbid(moves_pods && held_.contains(name),
                 name + " was cordoned though a budget holds its pods");
          objects_[name].away = Away::draining;
          objects_[name].is_cordoned = true;
        }))
      return;
    // Where no kubelet ends the pods nobody waits long enough.
    if (moves_pods && !is_ready(machines_[name])) continue;
    op([&] {
      objects_[name].away = Away::drained;
      if (moves_pods)
        only_cordoned_.erase(name);
      else
        only_cordoned_.insert(name);
    });
  }
}

void SimulatedCluster::bring_back(const Step& step) {
  for (const std::string& name : step.nodes)
    op([&] {
      objects_[name].away = Away::no;
      objects_[name].is_cordoned = operators_cordons_.contains(name);
    });
}

// As kubeadm does it: what is as it should be is not restarted, and kube-proxy waits for the last
// control plane.
void SimulatedCluster::restart_control_plane(const std::string& name, bool is_first) {
  Machine& machine = machines_[name];
  if (!machine.is_up) return;
  const bool is_old = machine.control_plane != wish.version;
  if (!op([&] { machine.kubeadm = wish.version; }) || !op([&] { machine.is_upgrading = true; }) ||
      (is_old && !op([&] { machine.is_restarting = true; })) || !op([&] {
        machine.control_plane = wish.version;
        machine.is_restarting = false;
      }) ||
      (is_first && !op([&] { configured_ = wish.version; })) || !op([&] {
        if (std::ranges::all_of(wish.control, [&](const WishedNode& node) {
              return machines_[node.name].control_plane == wish.version;
            }))
          proxy_ = wish.version;
      }))
    return;
  op([&] { machine.is_upgrading = false; });
}

void SimulatedCluster::upgrade_kubelets(const Step& step) {
  for (const std::string& name : step.nodes) {
    forbid(objects_[name].away != Away::drained, name + " was upgraded in service");
    Machine& machine = machines_[name];
    if (!machine.is_up) continue;
    op([&] {
      machine.kubeadm = machine.kubelet = wish.version;
      machine.is_settled = false;
      list(name);
    });
  }
}

void SimulatedCluster::stop_control(const Step& step) {
  std::vector<std::string> members = step.nodes;
  for (const auto& [name, machine] : machines_)
    if (machine.restore) members = machine.restore->members;
  for (const std::string& name : step.nodes) {
    Machine& machine = machines_[name];
    if (!op([&] {
          machine.restore = RestoreMark{"snapshot", "token", RestorePhase::stopping, members};
        }) ||
        !op([&] { machine.has_manifests = false; }) ||
        !op([&] { machine.restore->phase = RestorePhase::stopped; }))
      return;
  }
}

// All that get the data of one snapshot have the same list of members in it.
void SimulatedCluster::place_snapshot(const Step& step) {
  for (const std::string& name : step.nodes)
    op([&] {
      Machine& machine = machines_[name];
      for (const auto& [other, its] : machines_)
        forbid(its.restore && its.has_manifests, other + " runs while data is placed");
      machine.restore->phase = RestorePhase::placed;
      if (std::ranges::none_of(machines_, [&](const auto& entry) {
            return entry.second.restore && entry.second.restore->phase == RestorePhase::placed &&
                   entry.first != name;
          })) {
        members_.clear();
        for (const std::string& member : machine.restore->members)
          members_.push_back({++last_member_, member, true, false});
      }
      machine.data = member_for(name)->id;
    });
}

}  // namespace provisioner::kubernetes::tests
