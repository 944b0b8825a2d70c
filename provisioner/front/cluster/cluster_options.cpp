// What the commands on clusters have in common.

#include "provisioner/front/cluster/cluster_options.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "provisioner/cluster/artifacts/lock_check.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/cluster_components.h"

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
  return can_have_components(work.site) && unlocked.empty() && lacks.empty();
}

}  // namespace provisioner::cluster
