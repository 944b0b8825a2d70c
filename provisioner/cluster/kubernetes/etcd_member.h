#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace provisioner::kubernetes {

// What etcd calls a member, or a cluster: all 64 bits are used.
enum class MemberId : std::uint64_t {};
enum class EtcdClusterId : std::uint64_t {};

std::string text_of(MemberId id);  // "8e9e05c52164694d", as `etcdctl member remove` takes it
std::string text_of(EtcdClusterId id);

// A row of etcd's member list, with what its endpoint said.
struct EtcdMember {
  MemberId id{};
  std::string name = {};  // the node's, with kubeadm; empty until it has started once
  std::vector<std::string> peer_urls = {};
  std::vector<std::string> client_urls = {};
  bool is_learner = false;  // has no vote yet
  // A voter: it has just taken part in a decision. A learner: it answers.
  bool is_healthy = false;
  bool is_leader = false;
  bool is_without_space = false, is_corrupt = false;  // its alarms
  bool is_elsewhere = false;  // at its address answers another member, which was restored by itself
  std::int64_t size = 0;      // bytes of its database
  std::string problem = {};   // why it is not healthy, where it said so

  bool is_voter() const { return !is_learner; }
  bool is_started() const { return !name.empty(); }
  std::string label() const;  // "'cp2'", "the member at https://10.0.0.2:2380"
};

// The list as the etcd of one node has it. One that was restored by itself has another cluster's.
struct EtcdView {
  std::string node;
  EtcdClusterId cluster{};
  MemberId teller{};
  std::vector<EtcdMember> members = {};
};

// etcd as its members tell of it together.
struct EtcdSight {
  std::vector<EtcdMember> members = {};  // of the cluster that most of the views are of
  std::vector<EtcdView> views = {};
  std::vector<MemberId> left_alarms = {};  // of members that have left: etcd never forgets them
  // An alarm of nobody: members have different data, and etcd cannot tell whose is wrong.
  bool is_undecided = false;

  bool is_split() const;  // its members do not belong to one cluster
};

const EtcdMember* find_member(const std::vector<EtcdMember>& members, MemberId id);

}  // namespace provisioner::kubernetes
