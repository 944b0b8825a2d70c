// A snapshot of etcd in the place of what etcd has.

#include "provisioner/cluster/kubernetes/restore.h"

#include <algorithm>

#include "provisioner/cluster/kubernetes/authority.h"
#include "provisioner/cluster/kubernetes/quorum.h"

namespace provisioner::kubernetes {
namespace {

using Nodes = std::vector<const WishedNode*>;

class RestoreDecision {
 public:
  RestoreDecision(const ClusterWish& wish, const ClusterSight& sight,
                  const Restoration& restoration)
      : wish_(wish),
        sight_(sight),
        restoration_(restoration),
        nodes_(restored_nodes(wish, sight)) {}

  Next take(bool has_begun) {
    const RestoreMark* mark = restore_under_way(wish_, sight_);
    if (mark == nullptr && has_begun) return std::move(next_);
    tell_of_silent();
    if (mark == nullptr ? may_begin() : may_go_on(*mark)) decide();
    return std::move(next_);
  }

 private:
  void object(std::string text, std::string hint) {
    next_.objections.push_back({std::move(text), std::move(hint)});
  }

  // With its old data it is a member of a cluster that is no more, whose quorum is gone.
  void tell_of_silent() {
    for (const WishedNode& node : wish_.control)
      if (!sight_.node(node.name).answers)
        next_.remarks.push_back("'" + node.name +
                                "' does not answer and gets nothing of the snapshot: provisioner "
                                "cluster rejoin " +
                                node.name + " once it does");
  }

  bool may_begin() {
    if (auto objection = authority_objection(wish_, sight_)) {
      next_.objections.push_back(*std::move(objection));
    } else if (nodes_.empty()) {
      object("no control-plane node that answers is a cluster's",
             "begin one first: provisioner cluster up " + wish_.instance);
    } else if (!restoration_.is_anew && !quorum_objection(sight_.members())) {
      object("etcd works: what was written since the snapshot would be lost",
             "--anew takes it back all the same");
    } else if (!restoration_.is_anew && silent() * 2 > wish_.control.size()) {
      object("most control-plane nodes do not answer, and may have a quorum by themselves",
             "switch them off first: provisioner power NODE off; then --anew");
    }
    return next_.objections.empty();
  }

  std::size_t silent() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        wish_.control, [&](const WishedNode& node) { return !sight_.node(node.name).answers; }));
  }

  // A node whose mark is of another one than the others', or that fell silent amid it.
  bool may_go_on(const RestoreMark& mark) {
    if (mark.snapshot != restoration_.snapshot)
      object(
          "the restore of another snapshot has begun and not ended (SHA-256 " + mark.snapshot + ")",
          !quorum_objection(sight_.members())
              ? "etcd works: a mark was left on a node that was silent as the restore ended; take "
                "that node out and in again: provisioner cluster rejoin NODE"
              : "the same command with that snapshot goes on from there");
    for (const WishedNode* node : nodes_)
      if (const auto& its = sight_.node(node->name).restore;
          its && (its->snapshot != mark.snapshot || its->token != mark.token))
        object("'" + node->name + "' is amid another restore than the others",
               "take it out and in again once they work: provisioner cluster rejoin " + node->name);
    for (const std::string& name : mark.members)
      if (wish_.control_node(name) == nullptr)
        object("'" + name + "' was to be restored and is no control-plane node of the inventory",
               "put it back into the group 'control' until the restore has ended");
    // The list is in the data that each has got: a cluster of that list is what will start.
    if (nodes_.size() * 2 <= mark.members.size())
      object(std::to_string(nodes_.size()) + " of the " + std::to_string(mark.members.size()) +
                 " members that it began with answer, and they are no quorum",
             "bring the others back; if they are lost, take them out of the group 'control', then: "
             "provisioner cluster down " +
                 wish_.instance + ", cluster up, cluster etcd restore SNAPSHOT --anew");
    return next_.objections.empty();
  }

  std::vector<std::string> names_if(auto is_wanted) const {
    std::vector<std::string> names;
    for (const WishedNode* node : nodes_)
      if (is_wanted(sight_.node(node->name))) names.push_back(node->name);
    return names;
  }

  void step(Act act, std::vector<std::string> nodes, std::string because = {}) {
    next_.step = Step{act, std::move(nodes), {}, std::move(because)};
  }

  std::vector<std::string> names_at(RestorePhase phase) const {
    return names_if(
        [&](const NodeSight& seen) { return seen.restore && seen.restore->phase == phase; });
  }

  // Nobody's data changes before all have stopped, and nobody starts before all have the new.
  void decide() {
    const auto placed = names_at(RestorePhase::placed), stopped = names_at(RestorePhase::stopped);
    const auto running = names_if([](const NodeSight& seen) {
      return !seen.restore || seen.restore->phase == RestorePhase::stopping;
    });
    // What stands against beginning counts until all have stopped: a mark may have been left
    // behind.
    if (placed.empty() && !running.empty()) {
      if (may_begin()) step(Act::stop_control, running);
    } else if (!stopped.empty()) {
      step(Act::place_snapshot, stopped);
    } else if (works(placed)) {
      step(Act::end_restore, placed);
    } else {
      const auto down = names_if([](const NodeSight& seen) { return !seen.has_manifests; });
      step(Act::start_control, down.empty() ? placed : down);
    }
  }

  bool works(const std::vector<std::string>& names) const {
    return sight_.is_api_up && std::ranges::all_of(names, [&](const std::string& name) {
             const EtcdMember* member = member_of(*wish_.control_node(name), sight_);
             return sight_.node(name).has_manifests && member != nullptr && member->is_healthy;
           });
  }

  const ClusterWish& wish_;
  const ClusterSight& sight_;
  const Restoration& restoration_;
  const Nodes nodes_;
  Next next_;
};

}  // namespace

std::vector<const WishedNode*> restored_nodes(const ClusterWish& wish, const ClusterSight& sight) {
  const RestoreMark* mark = restore_under_way(wish, sight);
  const auto is_named = [&](const std::string& name) {
    return mark == nullptr || std::ranges::find(mark->members, name) != mark->members.end();
  };
  Nodes nodes;
  for (const WishedNode& node : wish.control) {
    const NodeSight& seen = sight.node(node.name);
    if (seen.answers && !seen.ca.empty() && (seen.has_manifests || seen.restore) &&
        is_named(node.name))
      nodes.push_back(&node);
  }
  return nodes;
}

const RestoreMark* restore_under_way(const ClusterWish& wish, const ClusterSight& sight) {
  for (const WishedNode& node : wish.control)
    if (const auto& mark = sight.node(node.name).restore) return &*mark;
  return nullptr;
}

Next next_restore_step(const ClusterWish& wish, const ClusterSight& sight,
                       const Restoration& restoration, bool has_begun) {
  return RestoreDecision(wish, sight, restoration).take(has_begun);
}

}  // namespace provisioner::kubernetes
