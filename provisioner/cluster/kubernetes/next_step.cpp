// What `cluster up` does next.

#include "provisioner/cluster/kubernetes/next_step.h"

#include <algorithm>
#include <array>
#include <utility>

#include "provisioner/cluster/kubernetes/alarms.h"
#include "provisioner/cluster/kubernetes/authority.h"
#include "provisioner/cluster/kubernetes/quorum.h"
#include "provisioner/cluster/kubernetes/restore.h"
#include "provisioner/cluster/kubernetes/standing.h"

namespace provisioner::kubernetes {
namespace {

using Names = std::vector<std::string>;

// One decision. Each `Maybe` looks for a step of its kind, and adds what stands against it.
class Decision {
 public:
  Decision(const ClusterWish& wish, const ClusterSight& sight, const std::set<std::string>& awaited)
      : wish_(wish), sight_(sight), awaited_(awaited) {}

  Next take() {
    tell_of_strangers();
    if (object(authority_objection(wish_, sight_))) return std::move(next_);
    authority_ = authority_of(wish_, sight_);
    if (const WishedNode* beginner = node_that_began())
      continue_init(*beginner);
    else if (!authority_)
      begin();
    else
      go_on();
    return std::move(next_);
  }

 private:
  using Maybe = std::optional<Step>;

  bool object(std::optional<Objection> objection) {
    if (!objection) return false;
    next_.objections.push_back(*std::move(objection));
    return true;
  }

  void tell_of_strangers() {
    for (const auto& [name, seen] : sight_.nodes)
      if (!wish_.names(name) && (seen.has_traces() || seen.listed))
        next_.remarks.push_back("'" + name +
                                "' is in the cluster and not asked for: it is left as it is "
                                "(provisioner cluster remove " +
                                name + ")");
  }

  // The node whose init was cut off, where no other one has anything of etcd: there it would only
  // make a second one.
  const WishedNode* node_that_began() const {
    const WishedNode* found = nullptr;
    for (const WishedNode& node : wish_.control) {
      const NodeSight& seen = sight_.node(node.name);
      const bool has_begun = seen.answers && seen.is_preflight_passed && !seen.is_init_complete;
      if (has_begun && (found == nullptr || !seen.ca.empty())) found = &node;
    }
    if (found == nullptr) return nullptr;
    const bool is_alone = std::ranges::none_of(wish_.control, [&](const WishedNode& node) {
      return node.name != found->name &&
             (sight_.node(node.name).has_etcd_data || member_of(node, sight_) != nullptr);
    });
    return is_alone ? found : nullptr;
  }

  void continue_init(const WishedNode& node) {
    const NodeSight& seen = sight_.node(node.name);
    if (!seen.has_etcd_data)
      for (const WishedNode& other : wish_.control)
        if (!sight_.node(other.name).answers)
          object(Objection{tell_silence(other.name) + " and may be in the cluster that '" +
                               node.name + "' began",
                           "bring it back, or take it out of the group 'control'"});
    if (seen.ca.empty())
      for (Objection& objection : init_objections(wish_, sight_, node.name))
        object(std::move(objection));
    if (!next_.objections.empty()) return;
    const std::string_view phase = init_phase(seen, sight_);
    next_.step =
        Step{Act::continue_init,
             {node.name},
             {},
             phase.empty() ? "it was begun, and its mark is missing"
                           : "it was begun, and stopped in its phase '" + std::string(phase) + "'"};
  }

  void begin() {
    next_.objections = init_objections(wish_, sight_);
    if (!next_.objections.empty() || wish_.control.empty()) return;
    next_.step = unprepared();
    if (!next_.step)
      next_.step = Step{Act::init, {wish_.control.front().name}, {}, "there is no cluster yet"};
  }

  void go_on() {
    if (next_.step = disarming_step(sight_); next_.step) return;
    for (Objection& objection : health_objections(wish_, sight_)) object(std::move(objection));
    if (!next_.objections.empty() || object(version_objection()) || object(network_objection()))
      return;
    tell_of_silent();
    using Search = Maybe (Decision::*)();
    constexpr std::array<Search, 10> searches = {
        &Decision::lost_member, &Decision::half_control, &Decision::half_workers,
        &Decision::unfinished,  &Decision::unprepared,   &Decision::without_network,
        &Decision::control,     &Decision::workers,      &Decision::unlabelled,
        &Decision::unready};
    for (const Search search : searches)
      if (next_.step = (this->*search)(); next_.step) return;
  }

  std::optional<Objection> version_objection() const {
    if (!sight_.configured || *sight_.configured == wish_.version) return std::nullopt;
    return Objection{"the cluster is at " + sight_.configured->text() +
                         ", the inventory asks for " + wish_.version.text(),
                     "provisioner cluster upgrade --to " + wish_.version.text()};
  }

  // Another one beside it, or in its place, would cut off all pods that run.
  std::optional<Objection> network_objection() const {
    const std::string &has = sight_.pod_network, &wanted = wish_.pod_network;
    if (has.empty() || wanted.empty() || has == wanted) return std::nullopt;
    return Objection{"pods talk by " + has + ", the inventory asks for " + wanted +
                         ": a change would cut off all that run",
                     "say 'pod_network: " + has + "', or make the cluster anew"};
  }

  // Amid an upgrade a control plane may join at the new version, a worker would be too new for the
  // API servers that are still at the old one.
  std::optional<Objection> old_api_objection() const {
    for (const WishedNode& node : wish_.control)
      if (const auto has = api_version(sight_.node(node.name)); has && *has < wish_.version)
        return Objection{"the upgrade has not ended: '" + node.name + "' has an API server of " +
                             has->text() + ", so no worker of " + wish_.version.text() +
                             " may join",
                         "provisioner cluster upgrade --to " + wish_.version.text()};
    return std::nullopt;
  }

  // Of a silent node only its kubelet is known, which is never newer than its API server.
  static std::optional<Version> api_version(const NodeSight& seen) {
    if (seen.answers || !seen.listed) return seen.control_plane;
    return seen.listed->kubelet;
  }

  std::string tell_silence(const std::string& node) {
    next_.told_silent.insert(node);
    return "'" + node + "' does not answer" + sight_.node(node).because();
  }

  void tell_of_silent() {
    for (const WishedNode* node : wish_.nodes()) {
      if (standing(*node) != Standing::silent) continue;
      const std::string told = tell_silence(node->name);
      if (member_of(*node, sight_) != nullptr || sight_.node(node->name).listed)
        next_.remarks.push_back(told + ": it is left as it is");
      else
        object(Objection{told + ", so it cannot join",
                         "once it does: provisioner cluster add " + node->name +
                             "; or take it out of the inventory",
                         false, true});
    }
  }

  Standing standing(const WishedNode& node) const { return standing_of(node, wish_, sight_); }

  Names those_that(const std::vector<WishedNode>& nodes, Standing wanted) const {
    Names names;
    for (const WishedNode& node : nodes)
      if (standing(node) == wanted) names.push_back(node.name);
    return names;
  }

  Maybe lost_member() {
    for (const EtcdMember* member : orphans(wish_, sight_))
      if (!object(removal_objection(sight_.members(), member->id, wish_.instance)))
        return Step{Act::remove_member,
                    {},
                    member->id,
                    member->label() + " is in etcd's list and nowhere else"};
    return std::nullopt;
  }

  Maybe half_control() {
    for (const WishedNode& node : wish_.control) {
      if (standing(node) != Standing::half) continue;
      if (sight_.node(node.name).restore) {
        object(Objection{"'" + node.name + "' is amid a restore of etcd",
                         "the same provisioner cluster etcd restore goes on with it, or "
                         "provisioner cluster rejoin " +
                             node.name});
        continue;
      }
      const EtcdMember* member = member_of(node, sight_);
      if (member != nullptr && member->is_voter() && member->is_healthy) {
        object(Objection{"'" + node.name + "' votes in etcd, and lacks a part of its control plane",
                         "take it out and in again: provisioner cluster rejoin " + node.name});
        continue;
      }
      if (member != nullptr &&
          object(removal_objection(sight_.members(), member->id, wish_.instance)))
        continue;
      return Step{Act::undo_half_join,
                  {node.name},
                  member == nullptr ? std::nullopt : std::optional(member->id),
                  "its join or its reset was cut off"};
    }
    return std::nullopt;
  }

  Maybe half_workers() {
    Names names;
    for (const WishedNode& node : wish_.workers) {
      if (object(foreign_objection(node.name, sight_, *authority_))) continue;
      const Standing has = standing(node);
      if (has == Standing::half) names.push_back(node.name);
      if (has == Standing::other_role)
        object(Objection{"'" + node.name + "' is asked for as a worker and has a control plane",
                         "take it out first: provisioner cluster remove " + node.name});
    }
    if (names.empty()) return std::nullopt;
    return Step{Act::undo_half_join, names, {}, "the join or the reset was cut off"};
  }

  Maybe unfinished() {
    for (const std::string& name : those_that(wish_.control, Standing::unfinished))
      return Step{Act::finish_join, {name}, {}, "its join was cut off once etcd counted its vote"};
    return std::nullopt;
  }

  Maybe unprepared() {
    Names names;
    for (const WishedNode* node : wish_.nodes())
      if (standing(*node) == Standing::blank &&
          !is_prepared(sight_.node(node->name), wish_.version))
        names.push_back(node->name);
    if (names.empty()) return std::nullopt;
    return Step{Act::prepare, names, {}, ""};
  }

  Maybe without_network() {
    if (sight_.has_pod_network) return std::nullopt;
    return Step{Act::pod_network, {}, {}, ""};
  }

  Maybe control() {
    const Names waiting = those_that(wish_.control, Standing::blank);
    const Votes votes = votes_of(sight_.members());
    auto objection = addition_objection(sight_.members());
    if (objection) objection->spares_rest = true;  // a quorum there is, or this would not be asked
    if (objection && (!waiting.empty() || votes.healthy < votes.voters))
      object(std::move(objection));
    else if (!waiting.empty())
      return Step{Act::join_control, {waiting.front()}, {}, ""};
    return std::nullopt;
  }

  Maybe workers() {
    const Names waiting = those_that(wish_.workers, Standing::blank);
    if (waiting.empty() || object(old_api_objection())) return std::nullopt;
    return Step{Act::join_workers, waiting, {}, ""};
  }

  Maybe unlabelled() {
    Names names;
    for (const WishedNode* node : wish_.nodes())
      if (const NodeSight& seen = sight_.node(node->name);
          seen.listed && !has_labels(*node, *seen.listed))
        names.push_back(node->name);
    if (names.empty()) return std::nullopt;
    return Step{Act::label, names, {}, ""};
  }

  Maybe unready() {
    Names names;
    for (const WishedNode* node : wish_.nodes()) {
      const NodeSight& seen = sight_.node(node->name);
      if (standing(*node) != Standing::joined) continue;
      if (!seen.is_ready() && awaited_.contains(node->name))
        object(unready_objection(node->name));
      else if (!seen.is_ready())
        names.push_back(node->name);
      if (seen.listed->away != Away::no)
        next_.remarks.push_back("'" + node->name +
                                "' was drained for something that has not "
                                "ended (provisioner cluster uncordon " +
                                node->name + ")");
    }
    if (names.empty()) return std::nullopt;
    return Step{Act::wait_ready, names, {}, ""};
  }

  static Objection unready_objection(const std::string& name) {
    return {"'" + name + "' does not become ready",
            "see to its kubelet (journalctl --unit kubelet), or take it out and in again: "
            "provisioner cluster rejoin " +
                name,
            true, true};
  }

  const ClusterWish& wish_;
  const ClusterSight& sight_;
  const std::set<std::string>& awaited_;
  std::optional<Authority> authority_;
  Next next_;
};

std::string views_text(const EtcdSight& etcd) {
  const EtcdView& first = etcd.views.front();
  for (const EtcdView& view : etcd.views)
    if (view.cluster != first.cluster)
      return "'" + first.node + "' has the etcd cluster " + text_of(first.cluster) + " and '" +
             view.node + "' the etcd cluster " + text_of(view.cluster);
  return "";
}

}  // namespace

std::vector<Objection> vote_objections(const ClusterWish& wish, const ClusterSight& sight) {
  if (sight.etcd && sight.etcd->is_split())
    return {{views_text(*sight.etcd) + ": one was begun anew or restored by itself",
             "decide which one counts: provisioner cluster etcd members " + wish.instance}};
  if (auto objection = quorum_objection(sight.members())) {
    if (restore_under_way(wish, sight) != nullptr)
      return {{"the restore of a snapshot of etcd has begun and not ended",
               "the same provisioner cluster etcd restore goes on from there"}};
    return {*std::move(objection)};
  }
  return {};
}

std::vector<Objection> health_objections(const ClusterWish& wish, const ClusterSight& sight) {
  if (auto objections = vote_objections(wish, sight); !objections.empty()) return objections;
  if (auto objection = alarm_objection(*sight.etcd)) return {*std::move(objection)};
  if (!sight.is_api_up)
    return {{"the API does not answer at '" + wish.endpoint.name + "'",
             "look at its endpoint and at kube-apiserver on the control-plane nodes"}};
  return {};
}

Next next_step(const ClusterWish& wish, const ClusterSight& sight,
               const std::set<std::string>& awaited) {
  return Decision(wish, sight, awaited).take();
}

}  // namespace provisioner::kubernetes
