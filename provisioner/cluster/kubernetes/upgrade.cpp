// What `cluster upgrade` does next.

#include "provisioner/cluster/kubernetes/upgrade.h"

#include <algorithm>
#include <array>
#include <utility>

#include "provisioner/cluster/kubernetes/authority.h"
#include "provisioner/cluster/kubernetes/away.h"
#include "provisioner/cluster/kubernetes/budgets.h"
#include "provisioner/cluster/kubernetes/next_step.h"
#include "provisioner/cluster/kubernetes/quorum.h"
#include "provisioner/cluster/kubernetes/skew.h"
#include "provisioner/cluster/kubernetes/standing.h"

namespace provisioner::kubernetes {
namespace {

using Nodes = std::vector<const WishedNode*>;

// One decision about an upgrade; all its nodes have been seen to be in the cluster.
class UpgradeDecision {
 public:
  UpgradeDecision(const ClusterWish& wish, const ClusterSight& sight, std::size_t wave)
      : wish_(wish), sight_(sight), wave_(std::max<std::size_t>(wave, 1)) {}

  Next take() {
    look_for_objections();
    if (!next_.objections.empty()) return std::move(next_);
    using Search = void (UpgradeDecision::*)();
    constexpr std::array<Search, 5> searches = {
        &UpgradeDecision::first_control_plane, &UpgradeDecision::other_control_planes,
        &UpgradeDecision::addons, &UpgradeDecision::control_kubelets,
        &UpgradeDecision::worker_kubelets};
    for (const Search search : searches) {
      (this->*search)();
      if (next_.step || !next_.objections.empty()) break;
    }
    return std::move(next_);
  }

 private:
  bool object(std::optional<Objection> objection) {
    if (!objection) return false;
    next_.objections.push_back(*std::move(objection));
    return true;
  }

  void look_for_objections() {
    if (object(authority_objection(wish_, sight_))) return;
    for (Objection& objection : health_objections(wish_, sight_)) object(std::move(objection));
    if (!next_.objections.empty()) return;
    for (const WishedNode& node : wish_.control)
      if (const Standing has = standing_of(node, wish_, sight_); has == Standing::silent)
        object(Objection{"'" + node.name + "' does not answer" + seen(node).because(),
                         "provisioner cluster status " + wish_.instance});
      else if (has != Standing::joined)
        object(Objection{"'" + node.name + "' is no whole control plane", join_first()});
    if (!next_.objections.empty()) return;
    for (Objection& objection : upgrade_objections(has_now(), wish_.version, versions()))
      object(std::move(objection));
  }

  std::string join_first() const {
    const std::string at = sight_.configured ? " " + sight_.configured->text() : "";
    return "let it join first, at the version that the cluster has" + at +
           ": provisioner cluster up " + wish_.instance;
  }

  // The oldest API server; but one that is newer than what is asked for, since there is no way
  // down from it.
  Version has_now() const {
    Version oldest = wish_.version, newest = wish_.version;
    for (const WishedNode& node : wish_.control) {
      const Version has = seen(node).control_plane.value_or(wish_.version);
      oldest = std::min(oldest, has);
      newest = std::max(newest, has);
    }
    return newest > wish_.version ? newest : oldest;
  }

  std::vector<NodeVersions> versions() const {
    std::vector<NodeVersions> all;
    for (const WishedNode* node : wish_.nodes())
      all.push_back({node->name, sight_.node(node->name).control_plane, kubelet(*node)});
    return all;
  }

  const NodeSight& seen(const WishedNode& node) const { return sight_.node(node.name); }
  const ListedNode* listed(const WishedNode& node) const {
    return seen(node).listed ? &*seen(node).listed : nullptr;
  }

  std::optional<Version> kubelet(const WishedNode& node) const {
    return listed(node) != nullptr ? listed(node)->kubelet : seen(node).kubelet;
  }

  bool is_away(const WishedNode& node) const {
    return listed(node) != nullptr && listed(node)->away != Away::no;
  }

  bool has_new_control_plane(const WishedNode& node) const {
    return seen(node).control_plane == wish_.version && !seen(node).is_upgrading;
  }
  bool has_begun(const WishedNode& node) const {
    return seen(node).is_upgrading || seen(node).control_plane == wish_.version;
  }

  // Whether a control plane may be restarted. The only one there is restarts in its place.
  bool may_leave(const WishedNode& node) {
    return wish_.control.size() == 1 || !object(away_objection(wish_, sight_, {node.name}));
  }

  void step(Act act, std::vector<std::string> nodes, std::string because = {}) {
    next_.step = Step{act, std::move(nodes), {}, std::move(because)};
  }

  // Also of a node whose upgrade was cut off after the cluster had said so: `apply` does all that
  // `node` does, and what it finds done it leaves.
  void first_control_plane() {
    const bool is_applied = sight_.configured == wish_.version;
    const auto begun = std::ranges::find_if(wish_.control, [&](const WishedNode& node) {
      return is_applied ? seen(node).is_upgrading : has_begun(node);
    });
    const bool goes_on = begun != wish_.control.end();
    if ((is_applied && !goes_on) || bring_back_before()) return;
    const WishedNode& node = goes_on ? *begun : wish_.control.front();
    if (may_leave(node))
      step(Act::upgrade_apply, {node.name}, goes_on ? "it was begun and has not ended" : "");
  }

  void other_control_planes() {
    for (const WishedNode& node : wish_.control) {
      if (has_new_control_plane(node)) continue;
      if (!bring_back_before() && may_leave(node)) step(Act::upgrade_control, {node.name});
      return;
    }
  }

  // kubeadm leaves kube-proxy and CoreDNS to the last control plane that it upgrades.
  void addons() {
    if (!sight_.proxy || sight_.proxy == wish_.version || bring_back_before()) return;
    const WishedNode& last = wish_.control.back();
    if (may_leave(last))
      step(Act::upgrade_control, {last.name},
           "kube-proxy is at " + sight_.proxy->text() + " still");
  }

  // Control planes are upgraded in service: one that an earlier upgrade has left drained comes back
  // first.
  bool bring_back_before() {
    for (const WishedNode& node : wish_.control)
      if (is_away(node)) {
        step(Act::bring_back, {node.name}, "an earlier upgrade was cut off");
        return true;
      }
    return false;
  }

  void control_kubelets() {
    Nodes order;
    for (const WishedNode& node : wish_.control) order.push_back(&node);
    std::ranges::stable_partition(order, [&](const WishedNode* node) { return is_away(*node); });
    for (const WishedNode* node : order) {
      if (kubelet(*node) == wish_.version && !is_away(*node) && listed(*node)->is_ready) continue;
      if (kubelet(*node) != wish_.version && !may_leave(*node)) return;
      return carry_on({node});
    }
  }

  // Nodes of one wave, all of them as far as the one that is most behind.
  void carry_on(const Nodes& wave) {
    const auto names_if = [&](auto is_wanted) {
      std::vector<std::string> names;
      for (const WishedNode* node : wave)
        if (is_wanted(*node)) names.push_back(node->name);
      return names;
    };
    const auto is_old = [&](const WishedNode& node) { return kubelet(node) != wish_.version; };
    const auto to_drain = names_if([&](const WishedNode& node) {
      return is_old(node) && listed(node)->away != Away::drained;
    });
    if (!to_drain.empty()) return propose_drain(next_, sight_, to_drain);
    if (const auto old = names_if(is_old); !old.empty()) return step(Act::upgrade_kubelet, old);
    const auto unready = names_if([&](const WishedNode& node) { return !listed(node)->is_ready; });
    if (!unready.empty()) return step(Act::wait_ready, unready);
    step(Act::bring_back, names_if([&](const WishedNode& node) { return is_away(node); }));
  }

  void worker_kubelets() {
    Nodes wave, old;
    for (const WishedNode& node : wish_.workers) {
      const bool is_there = standing_of(node, wish_, sight_) == Standing::joined;
      if (is_there && is_away(node))
        wave.push_back(&node);
      else if (is_away(node))
        hold_place(node);
      else if (!is_there)
        tell_of_old(node);
      else if (kubelet(node) != wish_.version && !listed(node)->is_ready)
        tell_of_unready(node);
      else if (kubelet(node) != wish_.version)
        old.push_back(&node);
      else if (!listed(node)->is_ready)
        wave.push_back(&node);
    }
    if (wave.empty())
      for (const WishedNode* node : old)
        if (wave.size() + held_ < wave_) wave.push_back(node);
    if (!wave.empty()) return carry_on(wave);
    for (Objection& objection : held_back_) object(std::move(objection));
  }

  void hold_place(const WishedNode& node) {
    ++held_;
    held_back_.push_back(
        {"'" + node.name + "' was drained and does not answer" + seen(node).because(),
         "bring it back, or provisioner cluster remove " + node.name});
  }

  void tell_of_old(const WishedNode& node) {
    if (listed(node) != nullptr && kubelet(node) != wish_.version)
      held_back_.push_back({"'" + node.name + "' does not answer" + seen(node).because() +
                                ": its kubelet stays as it is",
                            "bring it back, or provisioner cluster remove " + node.name});
  }

  // Whatever ails it, a drain of it would never end.
  void tell_of_unready(const WishedNode& node) {
    held_back_.push_back({"'" + node.name + "' is not ready: its kubelet stays as it is",
                          "see to its kubelet, then the same command; or provisioner cluster "
                          "remove " +
                              node.name});
  }

  const ClusterWish& wish_;
  const ClusterSight& sight_;
  const std::size_t wave_;
  std::size_t held_ = 0;  // places of the wave that nobody can give back now
  std::vector<Objection> held_back_;
  Next next_;
};

}  // namespace

Next next_upgrade_step(const ClusterWish& wish, const ClusterSight& sight, std::size_t wave) {
  return UpgradeDecision(wish, sight, wave).take();
}

}  // namespace provisioner::kubernetes
