// What must hold in any state, also in those that no sane cluster ever has.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "provisioner/cluster/kubernetes/alarms.h"
#include "provisioner/cluster/kubernetes/next_step.h"
#include "provisioner/cluster/kubernetes/quorum.h"
#include "provisioner/cluster/kubernetes/removal.h"
#include "tests/kubernetes/seeds.h"

namespace provisioner::kubernetes {
namespace {

using tests::hold_over_seeds;

class RandomState {
 public:
  explicit RandomState(std::uint32_t seed) : random_(seed) {
    wish = {.instance = "random", .version = {1, 34, 4}, .endpoint = {"api", "10.0.0.100"}};
    const std::size_t control = 1 + 2 * pick(3);
    // Half of the states are near to a sane one.
    is_calm_ = pick(2) == 0;
    for (std::size_t number = 1; number <= control; ++number)
      wish.control.push_back(
          {.name = "c" + std::to_string(number), .address = "10.0.0." + std::to_string(number)});
    wish.workers.push_back({.name = "w1", .address = "10.0.1.1"});
    for (const WishedNode* node : wish.nodes()) sight.nodes[node->name] = random_node();
    if (rarely()) sight.nodes["stranger"] = random_node();
    sight.is_api_up = often();
    sight.has_pod_network = often();
    if (often()) sight.configured = often() ? wish.version : Version{1, 33, 1};
    if (often()) sight.etcd = random_etcd();
  }

  ClusterWish wish;
  ClusterSight sight;

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }
  bool often() { return is_calm_ ? pick(12) != 0 : pick(2) == 0; }
  bool rarely() { return !often(); }

  NodeSight random_node() {
    NodeSight node;
    const bool is_in = pick(2) == 0;
    const auto has = [&] { return is_in ? often() : rarely(); };
    node.answers = often();
    if (node.answers) {
      node.ca = has() ? (often() ? "ca-one" : "ca-two") : "";
      node.is_preflight_passed = rarely();
      node.is_init_complete = often();
      node.has_manifests = has();
      node.has_kubelet_config = has();
      node.has_etcd_data = has();
      node.has_runtime = often();
      node.kubeadm = node.kubelet = wish.version;
      node.control_plane = wish.version;
    }
    if (has())
      node.listed = ListedNode{.is_ready = often(),
                               .unready_for = std::chrono::hours(1),
                               .labels = {{control_label, ""}}};
    return node;
  }

  EtcdSight random_etcd() {
    EtcdSight etcd;
    std::uint64_t id = 0;
    for (const WishedNode& node : wish.control)
      if (often())
        etcd.members.push_back({.id = MemberId{++id},
                                .name = often() ? node.name : "",
                                .peer_urls = {peer_url(node)},
                                .is_learner = rarely(),
                                .is_healthy = often(),
                                .is_without_space = is_calm_ && pick(40) == 0,
                                .is_corrupt = is_calm_ && pick(20) == 0});
    if (rarely())
      etcd.members.push_back({.id = MemberId{++id}, .name = "lost", .is_healthy = rarely()});
    if (is_calm_ && pick(20) == 0) etcd.left_alarms = {MemberId{99}};
    etcd.is_undecided = is_calm_ && pick(40) == 0;
    etcd.views = {{.node = "c1", .cluster = EtcdClusterId{1}},
                  {.node = "c2", .cluster = EtcdClusterId{is_calm_ || pick(4) != 0 ? 1U : 2U}}};
    return etcd;
  }

  std::mt19937 random_;
  bool is_calm_ = true;
};

// --- rules, each as a sentence where it is broken

std::size_t healthy(const ClusterSight& sight) {
  std::size_t count = 0;
  for (const EtcdMember& member : sight.members())
    count += !member.is_learner && member.is_healthy ? 1 : 0;
  return count;
}

std::size_t voters(const ClusterSight& sight) {
  std::size_t count = 0;
  for (const EtcdMember& member : sight.members()) count += member.is_learner ? 0 : 1;
  return count;
}

bool somebody_else_has_a_ca(const RandomState& state, const std::string& node) {
  return std::ranges::any_of(state.sight.nodes, [&](const auto& entry) {
    return entry.first != node && entry.second.answers && !entry.second.ca.empty();
  });
}

std::string broken_beginning(const RandomState& state, const Step& step) {
  const NodeSight& node = state.sight.node(step.nodes.front());
  if (step.act == Act::init && (node.has_traces() || !node.answers)) return "init on a used node";
  if (step.act == Act::continue_init && !node.ca.empty()) return "";
  if (somebody_else_has_a_ca(state, step.nodes.front())) return "a second authority";
  if (state.sight.is_api_up || !state.sight.members().empty()) return "init beside a cluster";
  for (const WishedNode& other : state.wish.control)
    if (!state.sight.node(other.name).answers) return "init while '" + other.name + "' is silent";
  return "";
}

std::string broken_join(const RandomState& state, const Step& step) {
  if (!state.sight.is_api_up) return "a join without an API";
  for (const std::string& name : step.nodes) {
    const NodeSight& node = state.sight.node(name);
    if (!node.answers || node.has_traces()) return "a join of a used or silent node";
  }
  if (step.act != Act::join_control) return "";
  if (step.nodes.size() != 1) return "two control planes joined at once";
  if (healthy(state.sight) != voters(state.sight) || voters(state.sight) == 0)
    return "a join to an etcd that is not well";
  return voters(state.sight) == state.sight.members().size() ? "" : "a join beside a learner";
}

std::string broken_removal(const RandomState& state, const Step& step) {
  if (!step.member) return "";
  const EtcdMember* member = find_member(state.sight.members(), *step.member);
  if (member == nullptr) return "a member that is not there";
  if (healthy(state.sight) < voters(state.sight) / 2 + 1) return "a removal without quorum";
  if (member->is_learner) return "";
  if (member->is_healthy) return "a voter that is well is removed";
  return healthy(state.sight) >= (voters(state.sight) - 1) / 2 + 1 ? "" : "quorum is removed";
}

bool has_wrong_data(const ClusterSight& sight) {
  return sight.etcd && (sight.etcd->is_undecided || !corrupt_members(sight.members()).empty());
}

bool refuses_writes(const ClusterSight& sight) {
  return sight.etcd && alarm_objection(*sight.etcd).has_value();
}

std::string broken_disarming(const RandomState& state) {
  return has_wrong_data(state.sight) ? "an alarm of wrong data is disarmed" : "";
}

// A node leaves: never a voter whom the others need, and amid wrong data none but the one that has
// it alone.
std::string broken_leaving(const RandomState& state, const Step& step) {
  if (step.act == Act::disarm_alarms) return broken_disarming(state);
  if (step.act == Act::drain && !state.sight.node(step.nodes.front()).is_ready())
    return "a drain that never ends";
  if (step.act == Act::drain || step.act == Act::delete_node)
    return refuses_writes(state.sight) ? "it is written while etcd refuses that" : "";
  if (step.act != Act::remove_member) return "";
  const EtcdMember* member = find_member(state.sight.members(), *step.member);
  if (healthy(state.sight) < voters(state.sight) / 2 + 1) return "a removal without quorum";
  if (has_wrong_data(state.sight) &&
      (state.sight.etcd->is_undecided || corrupt_members(state.sight.members()).size() != 1 ||
       !member->is_corrupt))
    return "another one than the corrupt member is removed";
  if (member->is_learner) return "";
  const std::size_t after = healthy(state.sight) - (member->is_healthy ? 1 : 0);
  return after >= (voters(state.sight) - 1) / 2 + 1 ? "" : "quorum is removed";
}

bool has_two_authorities(const RandomState& state) {
  std::vector<std::string> seen;
  for (const WishedNode& node : state.wish.control)
    if (const NodeSight& found = state.sight.node(node.name); found.answers && !found.ca.empty())
      seen.push_back(found.ca);
  return std::ranges::adjacent_find(seen, std::not_equal_to<>()) != seen.end();
}

std::string broken_rule(std::uint32_t seed) {
  const RandomState state(seed);
  const Next next = next_step(state.wish, state.sight);
  if (!next.step) return next.objections.empty() && has_two_authorities(state) ? "not told" : "";
  const Step& step = *next.step;
  if (has_two_authorities(state)) return "two authorities are taken: " + step.text();
  for (const std::string& name : step.nodes)
    if (!state.wish.names(name)) return "a stranger is touched: " + step.text();
  switch (step.act) {
    case Act::init:
    case Act::continue_init:
      return broken_beginning(state, step);
    case Act::join_control:
    case Act::join_workers:
      return broken_join(state, step);
    case Act::undo_half_join:
    case Act::remove_member:
      return broken_removal(state, step);
    case Act::disarm_alarms:
      return broken_disarming(state);
    default:
      return "";
  }
}

TEST(Properties, NoStateWhateverLeadsToAnActThatIsNotSafe) { hold_over_seeds(10'000, broken_rule); }

TEST(Properties, NoStateWhateverLetsANodeLeaveThatTheOthersNeed) {
  hold_over_seeds(10'000, [](std::uint32_t seed) {
    const RandomState state(seed);
    for (const WishedNode* node : state.wish.nodes())
      if (const Next next = next_removal_step(state.wish, state.sight, node->name); next.step)
        if (const std::string broken = broken_leaving(state, *next.step); !broken.empty())
          return "'" + node->name + "' leaves: " + broken;
    return std::string();
  });
}

// --- the guard of the quorum alone: any order of acts that it lets through, amid failures

class Guarded {
 public:
  explicit Guarded(std::uint32_t seed) : random_(seed) {
    const std::size_t count = 1 + 2 * pick(3);
    for (std::size_t number = 0; number < count; ++number) add(false);
  }

  // One failure or one act; false where an act took the quorum away.
  bool happens() {
    const std::size_t at = pick(members_.size());
    EtcdMember& one = members_[at];
    const bool had_quorum = votes_of(members_).have_quorum();
    switch (pick(6)) {
      case 0:
        one.is_healthy = false;
        return true;
      case 1:
      case 2:
        one.is_healthy = true;
        return true;
      case 3:
        if (!removal_objection(members_, one.id, "main"))
          members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 4:
        if (!addition_objection(members_))
          add(true);
        else if (one.is_learner && one.is_healthy && had_quorum)
          one.is_learner = false;
        break;
      default:
        if (!away_objection(members_, {one.name}, "main")) one.is_healthy = false;
    }
    return !had_quorum || votes_of(members_).have_quorum();
  }

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }
  void add(bool is_learner) {
    ++last_;
    members_.push_back({.id = MemberId{last_},
                        .name = "n" + std::to_string(last_),
                        .is_learner = is_learner,
                        .is_healthy = true});
  }

  std::mt19937 random_;
  std::uint64_t last_ = 0;
  std::vector<EtcdMember> members_;
};

TEST(Properties, NoActThatTheGuardLetsThroughTakesTheQuorumAway) {
  hold_over_seeds(10'000, [](std::uint32_t seed) {
    Guarded guarded(seed);
    for (int round = 0; round < 25; ++round)
      if (!guarded.happens()) return std::string("quorum was lost by an act");
    return std::string();
  });
}

}  // namespace
}  // namespace provisioner::kubernetes
