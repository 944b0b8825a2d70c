// provisioner cluster plan: what would be done, of several instances in waves.

#include "provisioner/front/cluster/cluster_plan.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/cluster/kubernetes/next_step.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/cluster_admission.h"
#include "provisioner/front/cluster/cluster_certs.h"
#include "provisioner/front/cluster/cluster_components.h"
#include "provisioner/front/cluster/cluster_leave.h"
#include "provisioner/front/cluster/cluster_options.h"
#include "provisioner/front/cluster/cluster_packages.h"
#include "provisioner/front/cluster/cluster_settings.h"
#include "provisioner/front/cluster/image_cache.h"
#include "provisioner/front/cluster/instance_held.h"
#include "provisioner/front/cluster/instance_waves.h"

namespace provisioner::cluster {
namespace {

struct PlanWords {
  ClusterWords cluster;
  MeantInstances meant;
};

// Members and their votes are as they should be; what programs run with may not be.
void tell_settings(const ClusterWork& work, const kubernetes::ClusterSight& sight, bool is_whole) {
  const std::string& instance = work.site.wish.instance;
  if (would_bring_settings(work, sight))
    std::cout << "next: programs of '" << instance << "' take up what is shown above\n";
  else if (is_whole)
    std::cout << "'" << instance << "' is as the inventory says\n";
}

// Whether nothing stands against the instance's next step.
bool plan_one(const ClusterWords& words) {
  const ClusterWork work = cluster_work(words);
  const artifacts::Store store(words.store);
  bool has_all = is_complete(work, store);
  has_all = has_packages(work) && has_all;
  const kubernetes::ClusterSight sight =
      cli::look_at_cluster(words.run, work.site.wish, {.certificates = true, .budgets = true});
  const kubernetes::Next next = next_step(work.site.wish, sight);
  const bool is_as_locked = check_held(words.run, words.instance, {});
  tell_owners(work.site);
  tell(next);
  tell_certificates(sight, words.instance);
  tell_registry_certificates(words.run, work.site);
  tell_budgets(work.site.wish, sight);
  if (work.site.wish.pod_network == "flannel")
    std::cout << "remark: flannel enforces no NetworkPolicy (pod_network: cilium does)\n";
  for (const std::string& unasked : admission_remarks(words.run, work.site))
    std::cout << "remark: " << unasked << "\n";
  for (const std::string& small : small_caches(words.run, work.site))
    std::cout << "remark: " << small << "\n";
  if (next.step) std::cout << "next: " << next.step->text() << "\n";
  if (next.is_done_for_rest()) tell_settings(work, sight, next.is_done());
  return has_all && is_as_locked && next.objections.empty();
}

// One that waits is not looked at: what it waits for may change what comes next.
int plan(const PlanWords& words) {
  const auto work = [&](const std::string& instance) {
    ClusterWords one = words.cluster;
    one.instance = instance;
    return plan_one(one);
  };
  return in_waves(words.cluster.run, words.meant, AfterFault::goes_on, work) ? cli::exit_fine
                                                                             : cli::exit_not_so;
}

}  // namespace

void add_cluster_plan(CLI::App& cluster, cli::Action& action) {
  const auto words = std::make_shared<PlanWords>();
  CLI::App* added =
      cli::add_command(cluster, action, words, "plan",
                       "what is missing, what comes next, and what stands against it; "
                       "of several instances in waves",
                       plan);
  add_cluster_options(*added, words->cluster);
  add_meant_instances(*added, words->meant);
}

}  // namespace provisioner::cluster
