// What the commands on clusters have in common.

#include "provisioner/front/cluster/cluster_options.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "provisioner/cluster/artifacts/lock_check.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/cluster_components.h"
#include "provisioner/front/cluster/instance_needs.h"

namespace provisioner::cluster {

void add_cluster_options(CLI::App& command, ClusterWords& words) {
  cli::add_inventory_options(
      command, words.run,
      "inventory; of SITE the list of artefacts is artifacts/SITE.yml beside it");
  command.add_option("--store", words.store, "where artefacts are kept (artifacts in the state)");
}

bool is_complete(const ClusterWork& work, const artifacts::Store& store) {
  const auto unlocked = work.artifacts.unlocked();
  const auto lacks = artifacts::lacking(store, work.artifacts.locked());
  for (const artifacts::Wanted& wanted : unlocked)
    std::cout << "not locked: " << artifacts::called(wanted) << "\n";
  for (const artifacts::Lack& lack : lacks)
    std::cout << "missing: " << artifacts::called(lack.entry) << ", sha256:" << lack.entry.sha256
              << ", from " << lack.entry.from << "\n";
  if (!unlocked.empty()) std::cout << "hint: provisioner artifacts lock\n";
  if (!lacks.empty())
    std::cout << "hint: provisioner artifacts fetch, or import what was carried here\n";
  const bool can = can_have_components(work.site);
  const std::vector<artifacts::Need> needs =
      can ? instance_needs(work, store) : std::vector<artifacts::Need>();
  const std::vector<std::string> unmet =
      artifacts::unmet_needs(needs, work.artifacts.wanted(), work.artifacts.locked());
  for (const std::string& need : unmet) std::cout << "not in the lock: " << need << "\n";
  if (!unmet.empty())
    std::cout << "hint: name them in the inventory's list of artefacts, then provisioner artifacts "
                 "lock; a component can have another owner (components)\n";
  return can && unlocked.empty() && lacks.empty() && unmet.empty();
}

}  // namespace provisioner::cluster
