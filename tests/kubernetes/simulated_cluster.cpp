// Machines, etcd and the API: what is seen of them and what happens to them.

#include "tests/kubernetes/simulated_cluster.h"

#include <algorithm>

namespace provisioner::kubernetes::tests {

SimulatedCluster::SimulatedCluster(std::size_t control, std::size_t workers, Version version) {
  wish = {.instance = "sim", .version = version, .endpoint = {"api.sim", "10.0.0.100"}};
  for (std::size_t number = 1; number <= control; ++number)
    wish.control.push_back(
        {.name = "c" + std::to_string(number), .address = "10.0.0." + std::to_string(number)});
  for (std::size_t number = 1; number <= workers; ++number)
    wish.workers.push_back({.name = "w" + std::to_string(number),
                            .address = "10.0.1." + std::to_string(number),
                            .labels = {{"site/rack", "r" + std::to_string(number)}}});
  for (const WishedNode* node : wish.nodes()) machines_[node->name];
}

// --- what is seen

NodeSight SimulatedCluster::node_sight(const std::string& name, const Machine& machine) const {
  NodeSight seen;
  if (machine.is_up)
    seen = {.answers = true,
            .kubeadm = machine.kubeadm,
            .kubelet = machine.kubelet,
            .control_plane = machine.control_plane,
            .has_runtime = machine.has_runtime,
            .ca = machine.ca == 0 ? "" : std::to_string(machine.ca),
            .is_preflight_passed = machine.is_preflight_passed,
            .is_init_complete = machine.is_init_complete,
            .is_upgrading = machine.is_upgrading,
            .restore = machine.restore,
            .has_manifests = machine.has_manifests,
            .has_kubelet_config = machine.has_kubelet_config,
            .has_etcd_data = machine.data != 0,
            .listed = {}};
  if (const auto object = objects_.find(name); object != objects_.end() && is_api_up()) {
    seen.listed = object->second;
    seen.listed->is_ready = is_ready(machine);
    if (!seen.listed->is_ready) seen.listed->unready_for = std::chrono::hours(1);
    if (seen.listed->is_ready && only_cordoned_.contains(name) &&
        seen.listed->away == Away::drained)
      seen.listed->away = Away::draining;
  }
  return seen;
}

bool SimulatedCluster::is_ready(const Machine& machine) const {
  return machine.is_up && machine.has_kubelet_config && machine.is_settled &&
         !machine.is_kubelet_broken && has_pod_network_;
}

EtcdSight SimulatedCluster::etcd_sight() const {
  EtcdSight etcd;
  for (const Member& member : members_) {
    EtcdMember seen{.id = MemberId{member.id},
                    .is_learner = member.is_learner,
                    .is_without_space = member.is_no_space,
                    .is_corrupt = member.is_corrupt};
    seen.is_healthy = is_healthy(member) && (member.is_learner || has_quorum());
    if (member.is_started) seen.name = member.owner;
    if (const WishedNode* node = wish.control_node(member.owner))
      seen.peer_urls = {peer_url(*node)};
    etcd.members.push_back(std::move(seen));
  }
  for (const std::uint64_t id : left_alarms_) etcd.left_alarms.push_back(MemberId{id});
  return etcd;
}

ClusterSight SimulatedCluster::look() const {
  ClusterSight sight;
  sight.is_api_up = is_api_up();
  for (const auto& [name, machine] : machines_) sight.nodes[name] = node_sight(name, machine);
  const bool anyone = std::ranges::any_of(members_, [&](const Member& m) { return is_healthy(m); });
  if (anyone) sight.etcd = etcd_sight();
  sight.has_pod_network = has_pod_network_;
  if (sight.is_api_up) {
    sight.configured = configured_;
    sight.proxy = proxy_;
    for (const std::string& name : held_)
      sight.held_pods.push_back({.node = name, .pod = "a/pod", .budget = "a/budget"});
  }
  return sight;
}

bool SimulatedCluster::is_healthy(const Member& member) const {
  const auto found = machines_.find(member.owner);
  if (found == machines_.end()) return false;
  const Machine& machine = found->second;
  return machine.is_up && !machine.is_restarting && !machine.is_etcd_stopped &&
         machine.data == member.id && machine.has_manifests && machine.has_kubelet_config;
}

bool SimulatedCluster::refuses_writes() const {
  return !left_alarms_.empty() || std::ranges::any_of(members_, [](const Member& member) {
    return member.is_corrupt || member.is_no_space;
  });
}

bool SimulatedCluster::has_quorum() const {
  std::size_t voters = 0, healthy = 0;
  for (const Member& member : members_) {
    if (member.is_learner) continue;
    ++voters;
    healthy += is_healthy(member) ? 1 : 0;
  }
  return voters > 0 && healthy > voters / 2;
}

bool SimulatedCluster::is_api_up() const {
  if (!has_quorum()) return false;
  return std::ranges::any_of(machines_, [](const auto& entry) {
    return entry.second.is_up && entry.second.has_manifests && entry.second.has_kubelet_config;
  });
}

std::set<std::uint64_t> SimulatedCluster::etcd_data() const {
  std::set<std::uint64_t> data;
  for (const auto& [name, machine] : machines_)
    if (machine.data != 0) data.insert(machine.data);
  return data;
}

bool SimulatedCluster::is_cordoned(const std::string& name) const {
  const auto object = objects_.find(name);
  return object != objects_.end() && object->second.is_cordoned;
}

SimulatedCluster::Member* SimulatedCluster::member_for(const std::string& name) {
  const auto found = std::ranges::find(members_, name, &Member::owner);
  return found == members_.end() ? nullptr : &*found;
}

int SimulatedCluster::copied_ca() const {
  for (const Member& member : members_)
    if (!member.is_learner && is_healthy(member)) return machines_.at(member.owner).ca;
  return 0;
}

void SimulatedCluster::list(const std::string& name) {
  ListedNode& object = objects_[name];
  object.kubelet = machines_[name].kubelet;
}

// --- what happens

bool SimulatedCluster::kill(const std::string& name) {
  machines_[name].is_up = false;
  return true;
}

bool SimulatedCluster::revive(const std::string& name) {
  machines_[name].is_up = true;
  machines_[name].is_etcd_stopped = machines_[name].is_kubelet_broken = false;
  return true;
}

bool SimulatedCluster::break_kubelet(const std::string& name) {
  if (!machines_[name].has_kubelet_config) return false;
  machines_[name].is_kubelet_broken = true;
  return true;
}

bool SimulatedCluster::stop_etcd(const std::string& name) {
  if (machines_[name].data == 0) return false;
  machines_[name].is_etcd_stopped = true;
  return true;
}

bool SimulatedCluster::corrupt(const std::string& name) {
  Member* member = member_for(name);
  const bool is_another = std::ranges::any_of(members_, &Member::is_corrupt);
  if (member == nullptr || member->is_learner || is_another || !keeps_quorum_without(name))
    return false;
  member->is_corrupt = true;
  return true;
}

bool SimulatedCluster::fill(const std::string& name) {
  Member* member = member_for(name);
  if (member == nullptr || !is_healthy(*member) || !has_quorum()) return false;
  member->is_full = member->is_no_space = true;
  return true;
}

void SimulatedCluster::revive_all() {
  held_.clear();
  for (const auto& [name, machine] : machines_) revive(name);
}

bool SimulatedCluster::keeps_quorum_without(const std::string& name) const {
  std::size_t voters = 0, healthy = 0;
  for (const Member& member : members_) {
    if (member.is_learner) continue;
    ++voters;
    healthy += is_healthy(member) && !member.is_corrupt && member.owner != name ? 1 : 0;
  }
  return healthy > voters / 2;
}

bool SimulatedCluster::wipe(const std::string& name) {
  Machine& machine = machines_[name];
  const bool is_precious = machine.ca != 0 && wish.control_node(name) != nullptr;
  if (is_precious && !keeps_quorum_without(name)) return false;
  machine = Machine{.is_up = machine.is_up};
  return true;
}

bool SimulatedCluster::cordon(const std::string& name) {
  const auto object = objects_.find(name);
  if (object == objects_.end() || object->second.away != Away::no) return false;
  object->second.is_cordoned = true;
  operators_cordons_.insert(name);
  return true;
}

bool SimulatedCluster::hold(const std::string& name, bool is_held) {
  if (is_held) return held_.insert(name).second;
  return held_.erase(name) > 0;
}

bool SimulatedCluster::forget_object(const std::string& name) {
  if (wish.worker(name) == nullptr || !is_api_up()) return false;
  operators_cordons_.erase(name);
  return objects_.erase(name) > 0;
}

bool SimulatedCluster::add_stray_member() {
  const bool is_well = std::ranges::all_of(
      members_, [&](const Member& member) { return !member.is_learner && is_healthy(member); });
  if (!is_well || !has_quorum()) return false;
  members_.push_back({++last_member_, "stray", false, true});
  return true;
}

// --- what is asked for beside the steps

void SimulatedCluster::defragment(const Defragmentation& asked, std::size_t most) {
  left_ = most;
  acting_ = "defragment";
  for (const MemberId id : asked.members)
    op([&] {
      for (Member& member : members_)
        if (MemberId{member.id} == id && is_healthy(member)) member.is_full = false;
    });
  if (asked.is_without_space) disarm_alarms();
}

}  // namespace provisioner::kubernetes::tests
