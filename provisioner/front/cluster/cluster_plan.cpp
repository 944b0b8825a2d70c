// provisioner cluster plan: what would be done, of several instances in waves.

#include "provisioner/front/cluster/cluster_plan.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/cluster/kubernetes/next_step.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/cluster_components.h"
#include "provisioner/front/cluster/cluster_options.h"
#include "provisioner/front/cluster/instance_proof.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

struct PlanWords {
  ClusterWords cluster;
  std::vector<std::string> instances;
  std::string stage;
};

// Whether nothing stands against the instance's next step.
bool plan_one(const ClusterWords& words) {
  const ClusterWork work = cluster_work(words);
  const artifacts::Store store(words.store);
  const bool has_all = is_complete(work, store);
  const kubernetes::Next next =
      next_step(work.site.wish, cli::look_at_cluster(words.run, work.site.wish));
  tell_owners(work.site);
  tell(next);
  if (work.site.wish.pod_network == "flannel")
    std::cout << "remark: flannel enforces no NetworkPolicy (pod_network: cilium does)\n";
  if (next.step) std::cout << "next: " << next.step->text() << "\n";
  if (next.is_done()) std::cout << "'" << words.instance << "' is as the inventory says\n";
  return has_all && next.objections.empty();
}

// Those that are named, and those of the stage; each once, as the inventory has them.
std::vector<instance::Staged> meant(const PlanWords& words, const std::vector<KnownInstance>& all) {
  for (const std::string& name : words.instances) instance_named(all, name);
  std::vector<instance::Staged> some;
  for (const KnownInstance& one : all) {
    const bool is_named = std::ranges::find(words.instances, one.name) != words.instances.end();
    if (is_named || (!words.stage.empty() && one.stage == words.stage))
      some.push_back(one.staged());
  }
  if (some.empty())
    throw Error(Kind::usage, words.stage.empty()
                                 ? "no instance is named"
                                 : "no instance is of the stage '" + words.stage + "'")
        .set_hint("provisioner instance list");
  return some;
}

// One that waits is not looked at: what it waits for may change what comes next.
bool plan_in_waves(const PlanWords& words) {
  const cli::LoadedInventory loaded(words.cluster.run);
  const std::vector<KnownInstance> all = known_instances(loaded);
  std::vector<instance::Staged> everyone;
  std::map<std::string, std::string> objections;
  for (const KnownInstance& one : all) {
    everyone.push_back(one.staged());
    if (const auto objection = proof_objection(loaded, one)) objections[one.name] = *objection;
  }
  bool is_fine = true;
  std::size_t number = 0;
  for (const instance::Wave& wave : instance::waves(meant(words, all))) {
    std::cout << "wave " << ++number << ", " << (wave.stage.empty() ? "no stage" : wave.stage)
              << ": " << base::join(wave.instances, ", ") << "\n";
    for (const std::string& name : wave.instances) {
      const instance::Staged one = instance_named(all, name).staged();
      if (const auto reason = reason_to_wait(one, everyone, objections)) {
        std::cout << "'" << name << "' waits: " << *reason << "\n";
        is_fine = false;
        continue;
      }
      std::cout << "'" << name << "':\n";
      ClusterWords its = words.cluster;
      its.instance = name;
      is_fine = plan_one(its) && is_fine;
    }
  }
  return is_fine;
}

int plan(const PlanWords& words) {
  if (words.instances.size() != 1 || !words.stage.empty())
    return plan_in_waves(words) ? cli::exit_fine : cli::exit_not_so;
  ClusterWords one = words.cluster;
  one.instance = words.instances.front();
  return plan_one(one) ? cli::exit_fine : cli::exit_not_so;
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
  added->add_option("instances", words->instances, "their names: the groups instance_NAME");
  added->add_option("--stage", words->stage, "all instances of a stage");
}

}  // namespace provisioner::cluster
