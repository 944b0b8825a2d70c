// What is wrong with etcd, by name.

#include "provisioner/cluster/kubernetes/etcd_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/kubernetes/quorum.h"
#include "provisioner/cluster/kubernetes/standing.h"

namespace provisioner::kubernetes {
namespace {

constexpr const char* restore = "provisioner cluster etcd restore";

class Examination {
 public:
  Examination(const ClusterWish& wish, const ClusterSight& sight) : wish_(wish), sight_(sight) {}

  std::vector<EtcdState> take() {
    if (sight_.members().empty()) {
      look_for_silent();
      return std::move(found_);
    }
    look_at_views();
    if (const auto objection = quorum_objection(sight_.members()))
      add(EtcdTrouble::no_quorum, objection->text, objection->hint);
    orphans_ = orphans(wish_, sight_);
    look_at_alarms();
    for (const EtcdMember& member : sight_.members()) look_at(member);
    for (const auto& [name, seen] : sight_.nodes) look_at_removed(name, seen);
    count();
    std::ranges::stable_sort(found_, {}, &EtcdState::trouble);
    return std::move(found_);
  }

 private:
  void add(EtcdTrouble trouble, std::string text, std::string next) {
    found_.push_back({trouble, std::move(text), std::move(next)});
  }

  std::string goes_on() const { return "provisioner cluster up " + wish_.instance; }

  void look_for_silent() {
    for (const WishedNode& node : wish_.control)
      if (const NodeSight& seen = sight_.node(node.name); seen.has_etcd_data)
        return add(EtcdTrouble::silent,
                   "no member of etcd answers, and '" + node.name + "' has its data",
                   "look at the kubelet and at etcd's log on '" + node.name + "'");
    for (const WishedNode& node : wish_.control)
      if (!sight_.node(node.name).answers)
        return add(EtcdTrouble::silent,
                   "no member of etcd answers, and '" + node.name + "' does not either",
                   "bring it back: provisioner power " + node.name + " status");
  }

  void look_at_views() {
    const std::vector<EtcdView>& views = sight_.etcd->views;
    std::set<EtcdClusterId> seen;
    for (const EtcdView& view : views) {
      const EtcdView& first = views.front();
      if (view.cluster != first.cluster) {
        if (seen.insert(view.cluster).second)
          add(EtcdTrouble::split,
              fmt::format("'{}' is in the etcd cluster {} and '{}' in {}: one of them was restored "
                          "or begun by itself",
                          first.node, text_of(first.cluster), view.node, text_of(view.cluster)),
              fmt::format("keep the one whose data counts; {} brings all members to one snapshot",
                          restore));
      } else if (rows_of(view) != rows_of(first)) {
        add(EtcdTrouble::lists_differ,
            fmt::format("'{}' and '{}' have different lists of members", first.node, view.node),
            "look again; if it stays so, the one that lags has lost touch with the others");
      }
    }
  }

  // Who is a member, and who has a vote.
  static std::set<std::pair<MemberId, bool>> rows_of(const EtcdView& view) {
    std::set<std::pair<MemberId, bool>> rows;
    for (const EtcdMember& member : view.members) rows.emplace(member.id, member.is_learner);
    return rows;
  }

  void look_at_alarms() {
    if (sight_.etcd->is_undecided)
      add(EtcdTrouble::corrupt,
          "etcd's members have different data, and it cannot tell whose is wrong",
          std::string(restore) + " takes all members back to one snapshot");
    for (const MemberId id : sight_.etcd->left_alarms)
      add(EtcdTrouble::alarm_left,
          "member " + text_of(id) + " has left, and its alarm stays: all writes are refused",
          goes_on());
  }

  void look_at(const EtcdMember& member) {
    if (member.is_corrupt)
      add(EtcdTrouble::corrupt, "the database of " + member.label() + " is corrupt",
          rejoin(member));
    if (member.is_without_space)
      add(EtcdTrouble::no_space,
          fmt::format("the database of {} has no space left ({} bytes): all writes are refused",
                      member.label(), member.size),
          "provisioner cluster etcd defragment " + wish_.instance);
    const WishedNode* owner = owner_of(member);
    if (std::ranges::find(orphans_, &member) != orphans_.end())
      look_at_orphan(member);
    else if (!member.is_started())
      add(EtcdTrouble::unstarted, member.label() + " was added to etcd and has never started",
          goes_on());
    else if (member.is_learner)
      add(EtcdTrouble::learner_left, member.label() + " is a learner: its join did not end",
          goes_on());
    else if (!member.is_healthy)
      look_at_lost(member);
    else if (owner == nullptr)
      add(EtcdTrouble::stranger,
          member.label() + " votes in etcd and is no control-plane node of the inventory",
          rejoin_words("remove", member));
  }

  void look_at_orphan(const EtcdMember& member) {
    const std::string what = member.is_learner ? "learner" : "member";
    const auto objection = removal_objection(sight_.members(), member.id, wish_.instance);
    add(EtcdTrouble::orphan,
        fmt::format("{} ({}) is a {} that nobody will bring back", member.label(),
                    text_of(member.id), what),
        objection ? "not safe to remove now: " + objection->text : "safe to remove: " + goes_on());
  }

  // etcd ends by itself where the others tell it that it was removed; its kubelet starts it again.
  void look_at_removed(const std::string& name, const NodeSight& seen) {
    if (!seen.has_etcd_data || !seen.has_manifests || seen.restore || has_member(name)) return;
    const std::string what = seen.etcd_process == 0
                                 ? "its node would start it again"
                                 : fmt::format("it still runs (process {})", seen.etcd_process);
    add(EtcdTrouble::removed, "the etcd of '" + name + "' is no member any more, and " + what,
        wish_.control_node(name) != nullptr ? goes_on() : "provisioner cluster remove " + name);
  }

  bool has_member(const std::string& name) const {
    if (const WishedNode* node = wish_.control_node(name))
      return member_of(*node, sight_) != nullptr;
    return std::ranges::find(sight_.members(), name, &EtcdMember::name) != sight_.members().end();
  }

  void look_at_lost(const EtcdMember& member) {
    const std::string why = member.problem.empty() ? "" : ": " + member.problem;
    add(EtcdTrouble::lost_member, member.label() + " does not take part in etcd" + why,
        "bring its node back; where it is lost: " + rejoin(member));
  }

  const WishedNode* owner_of(const EtcdMember& member) const {
    for (const WishedNode& node : wish_.control)
      if (member_of(node, sight_) == &member) return &node;
    return nullptr;
  }

  static std::string rejoin_words(const char* verb, const EtcdMember& member) {
    return std::string("provisioner cluster ") + verb + " " +
           (member.is_started() ? member.name : "NODE");
  }
  static std::string rejoin(const EtcdMember& member) { return rejoin_words("rejoin", member); }

  void count() {
    const Votes votes = votes_of(sight_.members());
    if (votes.voters < wish_.control.size())
      add(EtcdTrouble::too_few,
          fmt::format("etcd has {} voters, the inventory asks for {}", votes.voters,
                      wish_.control.size()),
          goes_on());
    if (votes.voters > 0 && votes.voters % 2 == 0)
      add(EtcdTrouble::even_count,
          fmt::format("etcd has {} voters: it bears the loss of {}, as {} do", votes.voters,
                      votes.voters - votes.needed(), votes.voters - 1),
          votes.voters < wish_.control.size()
              ? goes_on()
              : "take out the member that no control-plane node stands behind");
  }

  const ClusterWish& wish_;
  const ClusterSight& sight_;
  std::vector<const EtcdMember*> orphans_;
  std::vector<EtcdState> found_;
};

}  // namespace

std::string_view name_of(EtcdTrouble trouble) {
  using enum EtcdTrouble;
  switch (trouble) {
    case silent:
      return "silent";
    case split:
      return "split";
    case no_quorum:
      return "no quorum";
    case corrupt:
      return "corrupt";
    case no_space:
      return "no space";
    case lists_differ:
      return "lists differ";
    case alarm_left:
      return "alarm left";
    case lost_member:
      return "lost member";
    case orphan:
      return "orphan";
    case unstarted:
      return "unstarted member";
    case learner_left:
      return "learner left";
    case removed:
      return "removed member";
    case stranger:
      return "stranger";
    case too_few:
      return "too few";
    case even_count:
      return "even count";
  }
  throw base::Error(base::Kind::bug, "a trouble of etcd without a name");
}

std::vector<EtcdState> etcd_states(const ClusterWish& wish, const ClusterSight& sight) {
  return Examination(wish, sight).take();
}

}  // namespace provisioner::kubernetes
