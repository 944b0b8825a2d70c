// provisioner cluster upgrade: all nodes to another version, while the cluster goes on serving.

#include "provisioner/front/cluster/cluster_upgrade.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/kubernetes/upgrade.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/cluster_leave.h"
#include "provisioner/front/cluster/cluster_options.h"
#include "provisioner/front/cluster/cluster_registry.h"
#include "provisioner/front/cluster/cluster_settings.h"
#include "provisioner/front/cluster/instance_held.h"
#include "provisioner/front/cluster/instance_waves.h"

namespace provisioner::cluster {
namespace {

struct UpgradeWords {
  ClusterWords cluster;
  MeantInstances meant;
  std::string to;
  std::size_t wave = 1;
};

// An upgrade that cannot even begin should not find its images in the registry first.
bool may_begin(const ClusterSession& session, const ClusterSession::Decision& decision) {
  const kubernetes::ClusterWish& wish = session.work().site.wish;
  const kubernetes::ClusterSight sight =
      cli::look_at_cluster(session.work().words, wish, {.certificates = true, .budgets = true});
  const kubernetes::Next next = decision(wish, sight, {});
  tell(certificate_remarks(sight, wish.instance));
  if (!next.is_done()) tell(budget_notes(wish, sight));
  if (next.objections.empty() || next.step) return true;
  tell(next);
  return false;
}

bool upgrade_one(const UpgradeWords& words, const std::string& instance) {
  ClusterWords cluster = words.cluster;
  cluster.instance = instance;
  const kubernetes::ClusterWish asked = cli::cluster_site(cluster.run, cluster.instance).wish;
  cluster.version = kubernetes::read_version(words.to);
  if (!check_held(cluster.run, instance, {"v" + cluster.version->text(), cluster.goes_beyond}))
    return false;
  ClusterSession session(cluster);
  if (!is_complete(session.work(), session.store())) return false;
  const auto decision = [&](const kubernetes::ClusterWish& wish,
                            const kubernetes::ClusterSight& sight, const std::string&) {
    return kubernetes::next_upgrade_step(wish, sight, words.wave);
  };
  if (!may_begin(session, decision)) return false;
  session.look_for({.budgets = true});
  bring_registry(session).finish();
  if (!session.follow(decision)) return false;
  // kubeadm brings its own of what the inventory says otherwise, as where the name service runs.
  take_step(session.work(), {.act = kubernetes::Act::label},
            cli::look_at_cluster(session.work().words, session.work().site.wish));
  bring_settings(session);
  std::cout << "'" << cluster.instance << "' is at v" << cluster.version->text() << "\n";
  if (asked.version != *cluster.version)
    std::cout << "hint: the inventory asks for v" << asked.version.text()
              << " still: set kubernetes_version: v" << cluster.version->text() << "\n";
  return true;
}

int upgrade(const UpgradeWords& words) {
  const auto work = [&](const std::string& instance) { return upgrade_one(words, instance); };
  return in_waves(words.cluster.run, words.meant, AfterFault::stops, work) ? cli::exit_fine
                                                                           : cli::exit_not_so;
}

}  // namespace

void add_cluster_upgrade(CLI::App& cluster, cli::Action& action) {
  const auto words = std::make_shared<UpgradeWords>();
  CLI::App* added =
      cli::add_command(cluster, action, words, "upgrade",
                       "bring all nodes to another version, the control plane first; several "
                       "instances in waves",
                       upgrade);
  add_cluster_options(*added, words->cluster);
  add_meant_instances(*added, words->meant);
  add_lock_option(*added, words->cluster.goes_beyond);
  added->add_option("--to", words->to, "the release, as v1.34.4; what the lock has")->required();
  added->add_option("--wave", words->wave, "how many workers are drained at once (1)")
      ->check(CLI::PositiveNumber);
}

}  // namespace provisioner::cluster
