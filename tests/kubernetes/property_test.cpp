// What must hold whatever happens: simulated clusters with misfortunes, over many seeds.

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "provisioner/cluster/kubernetes/alarms.h"
#include "provisioner/cluster/kubernetes/etcd_states.h"
#include "provisioner/cluster/kubernetes/next_step.h"
#include "provisioner/cluster/kubernetes/quorum.h"
#include "provisioner/cluster/kubernetes/removal.h"
#include "provisioner/cluster/kubernetes/upgrade.h"
#include "tests/kubernetes/seeds.h"
#include "tests/kubernetes/simulated_cluster.h"

namespace provisioner::kubernetes {
namespace {

using tests::hold_over_seeds;
using tests::SimulatedCluster;

constexpr Version older{1, 33, 13}, newer{1, 34, 4};
constexpr int most_steps = 100;  // until a cluster to which nothing happens is done

// One cluster, one seed.
class Story {
 public:
  explicit Story(std::uint32_t seed)
      : random_(seed), cluster_(1 + 2 * pick(3), pick(4), older), wave_(1 + pick(2)) {
    for (const WishedNode* node : cluster_.wish.nodes()) names_.push_back(node->name);
  }

  std::size_t pick(std::size_t below) { return random_() % below; }

  void let_things_happen() {
    const std::string& name = names_[pick(names_.size())];
    switch (pick(18)) {
      case 0:
        cluster_.kill(name);
        break;
      case 1:
      case 2:
        cluster_.revive(name);
        break;
      case 3:
        cluster_.wipe(name);
        break;
      case 4:
        cluster_.cordon(name);
        break;
      case 5:
        cluster_.forget_object(name);
        break;
      case 6:
        cluster_.add_stray_member();
        break;
      case 7:
        cluster_.stop_etcd(name);
        break;
      case 8:
        cluster_.corrupt(name);
        break;
      case 9:
        cluster_.fill(name);
        break;
      case 10:
      case 11:
        cluster_.hold(name, pick(2) == 0);
        break;
      case 12:
        cluster_.break_kubelet(name);
        break;
      default:
        break;
    }
  }

  // A third of the steps is cut off, and sometimes its node dies of it.
  void perform(const Step& step) {
    const bool is_cut = pick(3) == 0;
    cluster_.perform(step, is_cut ? pick(10) : SimulatedCluster::whole);
    if (is_cut && !step.nodes.empty() && pick(3) == 0) cluster_.kill(step.nodes.front());
  }

  // What the hint of an alarm says: the corrupt node leaves, a full database is made smaller. False
  // where there is none, or nothing can be done about it now.
  bool answer_alarm(bool in_peace) {
    const ClusterSight sight = cluster_.look();
    if (!sight.etcd) return false;
    const auto corrupt = corrupt_members(sight.members());
    if (!corrupt.empty()) {
      const Next next = next_removal_step(cluster_.wish, sight, corrupt.front()->name);
      if (next.step && in_peace) cluster_.perform(*next.step);
      if (next.step && !in_peace) perform(*next.step);
      return next.step.has_value();
    }
    const Defragmentation found = defragmentation(sight);
    if (!found.is_without_space || !found.objections.empty()) return false;
    cluster_.defragment(found, in_peace ? SimulatedCluster::whole : pick(10));
    return true;
  }

  void begin_up(std::size_t rounds) {
    for (std::size_t round = 0; round < rounds; ++round) {
      let_things_happen();
      if (answer_alarm(false)) continue;
      if (const Next next = next_step(cluster_.wish, cluster_.look()); next.step)
        perform(*next.step);
    }
  }

  // Where an upgrade waits for a node that has been lost, that joins at the cluster's version.
  bool upgrade_once(bool in_peace) {
    if (answer_alarm(in_peace)) return true;
    const ClusterSight sight = cluster_.look();
    Next next = next_upgrade_step(cluster_.wish, sight, wave_);
    if (next.is_done()) return false;
    const Version wanted = cluster_.wish.version;
    if (!next.step) {
      cluster_.wish.version = sight.configured.value_or(wanted);
      next = next_step(cluster_.wish, sight);
    }
    if (next.step && in_peace) cluster_.perform(*next.step);
    if (next.step && !in_peace) perform(*next.step);
    cluster_.wish.version = wanted;
    last_ = next;
    return next.step.has_value();
  }

  void begin_upgrade(std::size_t rounds) {
    cluster_.wish.version = newer;
    for (std::size_t round = 0; round < rounds; ++round) {
      let_things_happen();
      upgrade_once(false);
    }
  }

  void end_upgrade() {
    cluster_.revive_all();
    for (int step = 0; step < most_steps && upgrade_once(true);) ++step;
  }

  void end_up() {
    cluster_.revive_all();
    for (int step = 0; step < most_steps; ++step) {
      if (answer_alarm(true)) continue;
      last_ = next_step(cluster_.wish, cluster_.look());
      if (!last_.step) return;
      cluster_.perform(*last_.step);
    }
  }

  // A node leaves that something ails, and whose removal is cut off now and then.
  void remove_one() {
    const std::string& name = names_[pick(names_.size())];
    if (cluster_.wish.control.size() == 1 && cluster_.wish.control_node(name) != nullptr) return;
    make_ill(name);
    for (int step = 0; step < most_steps; ++step) {
      last_ = next_removal_step(cluster_.wish, cluster_.look(), name);
      if (!last_.step) return;
      perform(*last_.step);
    }
  }

  // What has kept the last command from its end.
  std::string unended() const {
    if (last_.step) return "it never ends: " + last_.step->text();
    return last_.objections.empty() ? "" : "in its way: " + last_.objections.front().text;
  }

  // Empty where all is as it was asked for.
  std::string shortfall() const {
    if (!cluster_.violation().empty()) return cluster_.violation();
    if (const std::string what = unended(); !what.empty()) return what;
    const ClusterSight sight = cluster_.look();
    if (const auto states = etcd_states(cluster_.wish, sight); !states.empty())
      return states.front().text;
    for (const WishedNode* node : cluster_.wish.nodes()) {
      const NodeSight& seen = sight.node(node->name);
      if (!seen.listed || !seen.listed->is_ready) return "'" + node->name + "' is not ready";
      if (seen.listed->kubelet != cluster_.wish.version) return "'" + node->name + "' is too old";
      const bool is_operators = cluster_.cordoned_by_operator().contains(node->name);
      if (seen.listed->is_cordoned != is_operators) return "the cordon of '" + node->name + "'";
    }
    return "";
  }

 private:
  void make_ill(const std::string& name) {
    using Misfortune = bool (SimulatedCluster::*)(const std::string&);
    constexpr std::array<Misfortune, 5> misfortunes = {
        &SimulatedCluster::kill, &SimulatedCluster::wipe, &SimulatedCluster::break_kubelet,
        &SimulatedCluster::stop_etcd, &SimulatedCluster::forget_object};
    if (const std::size_t one = pick(misfortunes.size() + 1); one < misfortunes.size())
      (cluster_.*misfortunes[one])(name);
  }

  std::mt19937 random_;
  SimulatedCluster cluster_;
  std::size_t wave_;
  std::vector<std::string> names_;
  Next last_;
};

// --- what must hold

TEST(Properties, UpEndsWithAllInAndNothingEverLost) {
  hold_over_seeds(150, [](std::uint32_t seed) {
    Story story(seed);
    story.begin_up(25);
    story.end_up();
    return story.shortfall();
  });
}

TEST(Properties, AnUpgradeEndsWithAllAtTheVersionAndNothingEverLost) {
  hold_over_seeds(150, [](std::uint32_t seed) {
    Story story(seed);
    story.end_up();
    story.begin_upgrade(20);
    story.end_upgrade();
    story.end_up();
    return story.shortfall();
  });
}

TEST(Properties, ANodeLeavesAndComesBackWhateverAilsIt) {
  hold_over_seeds(150, [](std::uint32_t seed) {
    Story story(seed);
    story.end_up();
    story.remove_one();
    if (const std::string what = story.unended(); !what.empty()) return "it leaves: " + what;
    story.end_up();
    return story.shortfall();
  });
}

}  // namespace
}  // namespace provisioner::kubernetes
