// What the commands on clusters have in common.

#include "provisioner/front/cluster/cluster_options.h"

#include <CLI/CLI.hpp>

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

Notes missing_artifacts(const ClusterWork& work, const artifacts::Store& store) {
  constexpr auto missing = Note::Kind::missing;
  Notes notes;
  const auto unlocked = work.artifacts.unlocked();
  const auto lacks = artifacts::lacking(store, work.artifacts.locked());
  for (const artifacts::Wanted& wanted : unlocked)
    notes.push_back({missing, "not locked: " + artifacts::called(wanted)});
  if (!unlocked.empty()) notes.back().hint = "provisioner artifacts lock";
  for (const artifacts::Lack& lack : lacks)
    notes.push_back({missing, "missing: " + artifacts::called(lack.entry) +
                                  ", sha256:" + lack.entry.sha256 + ", from " + lack.entry.from});
  if (!lacks.empty())
    notes.back().hint = "provisioner artifacts fetch, or import what was carried here";
  if (work.site.mistakes().has_errors()) return notes;  // what those would need nobody can say
  const std::vector<std::string> unmet = artifacts::unmet_needs(
      instance_needs(work, store), work.artifacts.wanted(), work.artifacts.locked());
  for (const std::string& need : unmet) notes.push_back({missing, "not in the lock: " + need});
  if (!unmet.empty())
    notes.back().hint =
        "name them in the inventory's list of artefacts, then provisioner artifacts lock; a "
        "component can have another owner (components)";
  return notes;
}

bool is_complete(const ClusterWork& work, const artifacts::Store& store) {
  const Notes missing = missing_artifacts(work, store);
  tell(missing);
  return can_have_components(work.site) && missing.empty();
}

}  // namespace provisioner::cluster
