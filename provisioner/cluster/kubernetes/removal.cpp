// A node leaves the cluster.

#include "provisioner/cluster/kubernetes/removal.h"

#include <algorithm>

#include "provisioner/base/base/counted.h"
#include "provisioner/cluster/kubernetes/alarms.h"
#include "provisioner/cluster/kubernetes/authority.h"
#include "provisioner/cluster/kubernetes/away.h"
#include "provisioner/cluster/kubernetes/budgets.h"
#include "provisioner/cluster/kubernetes/next_step.h"
#include "provisioner/cluster/kubernetes/quorum.h"

namespace provisioner::kubernetes {
namespace {

constexpr std::chrono::minutes longest_restart{2};  // of what a kubelet needs to be ready

const EtcdMember* member_named(const ClusterWish& wish, const ClusterSight& sight,
                               const std::string& name) {
  if (const WishedNode* node = wish.control_node(name)) return member_of(*node, sight);
  if (const WishedNode* node = wish.worker(name)) return member_of(*node, sight);
  const auto found = std::ranges::find(sight.members(), name, &EtcdMember::name);
  return found == sight.members().end() ? nullptr : &*found;
}

// The one whose data is wrong, where the others tell what is right.
bool is_cause_of_alarm(const EtcdMember& member, const ClusterSight& sight) {
  const auto corrupt = corrupt_members(sight.members());
  return corrupt.size() == 1 && corrupt.front() == &member && !sight.etcd->is_undecided;
}

// The leader blames whoever differs from it: of two members nobody knows which one is right.
std::optional<Objection> doubt_objection(const EtcdMember& member, const ClusterSight& sight) {
  constexpr std::size_t least_voters = 3;
  if (votes_of(sight.members()).voters >= least_voters) return std::nullopt;
  return Objection{"the database of " + member.label() +
                       " is corrupt by the word of one other member: nobody knows whose is right",
                   "take all members back to one snapshot: provisioner cluster etcd restore", true};
}

// Another cluster's node, or one of a cluster that is not there: only its own disk is at stake.
bool is_outside(const ClusterWish& wish, const ClusterSight& sight, const std::string& name) {
  const NodeSight& seen = sight.node(name);
  if (seen.listed || member_named(wish, sight, name) != nullptr) return false;
  // Of one that does not answer only the API can tell.
  if (!seen.answers && !sight.is_api_up) return false;
  if (!seen.has_traces()) return true;
  const auto authority = authority_of(wish, sight);
  if (!authority) return !seen.has_etcd_data;
  return authority->node != name && !seen.ca.empty() && seen.ca != authority->digest;
}

// Whose pods can be moved elsewhere: a drain waits for the node's own kubelet to end them.
bool can_be_drained(const NodeSight& seen) { return seen.has_traces() && seen.is_ready(); }

// Nobody there ends the pods that it may still have.
bool has_stuck_pods(const NodeSight& seen) {
  return seen.listed && seen.has_traces() && !seen.is_ready() && seen.listed->away != Away::drained;
}

// Containerd or its kubelet may only be restarting.
bool may_be_ready_soon(const NodeSight& seen, std::chrono::minutes longest) {
  return has_stuck_pods(seen) &&
         seen.listed->unready_for.value_or(std::chrono::seconds(0)) < longest;
}

Objection restart_objection(const std::string& node, std::chrono::minutes longest,
                            const std::string& instance) {
  return {
      "'" + node + "' is not ready, as far as is known for less than " +
          base::counted(longest.count(), "minute") +
          ": once it is ready again, its pods are moved elsewhere before it leaves",
      "the same command, when it is ready or that time has gone by: provisioner cluster status " +
          instance,
      true};
}

void remark_what_stays(Next& next, const NodeSight& seen, const std::string& node) {
  if (!seen.answers)
    next.remarks.push_back("'" + node + "' does not answer" + seen.because() +
                           ": reset it before it comes back");
  else if (has_stuck_pods(seen))
    next.remarks.push_back("'" + node +
                           "' is not ready: its pods are not moved elsewhere first, they end with "
                           "its reset");
}

}  // namespace

std::vector<Objection> removal_objections(const ClusterWish& wish, const ClusterSight& sight,
                                          const std::string& node) {
  if (is_outside(wish, sight, node)) return {};
  const EtcdMember* member = member_named(wish, sight, node);
  const bool is_cause = member != nullptr && is_cause_of_alarm(*member, sight);
  // Until the cause of an alarm has left nobody can write to the API, whatever it answers.
  std::vector<Objection> objections =
      is_cause ? vote_objections(wish, sight) : health_objections(wish, sight);
  if (!objections.empty()) return objections;
  if (member == nullptr) return {};
  if (is_cause)
    if (auto objection = doubt_objection(*member, sight)) return {*std::move(objection)};
  if (auto objection = removal_objection(sight.members(), member->id, wish.instance))
    return {*std::move(objection)};
  if (is_cause || !member->is_healthy || !member->is_voter()) return {};
  if (auto objection = away_objection(wish, sight, {node})) return {*std::move(objection)};
  return {};
}

Next next_removal_step(const ClusterWish& wish, const ClusterSight& sight,
                       const std::string& node) {
  Next next;
  if (!is_outside(wish, sight, node))
    if (next.step = disarming_step(sight); next.step) return next;
  next.objections = removal_objections(wish, sight, node);
  if (!next.objections.empty()) return next;
  const NodeSight& seen = sight.node(node);
  const EtcdMember* member = member_named(wish, sight, node);
  const std::chrono::minutes longest = longest_restart * wish.deadline_factor;
  const bool may_come_back = may_be_ready_soon(seen, longest);
  if (!may_come_back) remark_what_stays(next, seen, node);
  if (member != nullptr && is_cause_of_alarm(*member, sight))
    next.step = Step{Act::remove_member, {}, member->id, "its data is corrupt"};
  else if (can_be_drained(seen) && seen.listed->away != Away::drained)
    propose_drain(next, sight, {node});
  else if (may_come_back)
    next.objections.push_back(restart_objection(node, longest, wish.instance));
  else if (member != nullptr)
    next.step = Step{Act::remove_member, {}, member->id, "'" + node + "' leaves the cluster"};
  else if (seen.has_traces())
    next.step = Step{Act::reset, {node}, {}, ""};
  else if (seen.listed)
    next.step = Step{Act::delete_node, {node}, {}, ""};
  return next;
}

}  // namespace provisioner::kubernetes
