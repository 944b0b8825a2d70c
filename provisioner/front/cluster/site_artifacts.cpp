// Lists and locks of artefacts, as the inventories of a command line have them.

#include "provisioner/front/cluster/site_artifacts.h"

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/engine/run/options.h"
#include "provisioner/front/cli/tell_warnings.h"
#include "provisioner/language/inventory/sources.h"

namespace provisioner::cluster {

using base::Error;
using base::Kind;

namespace {

std::vector<std::string> inventories_of(const cli::RunWords& words, base::Diagnostics& found) {
  const run::Options options = cli::run_options(words, cli::AnsibleConfig::load(found), found);
  if (options.inventories.empty())
    throw Error(Kind::usage, "no inventory is named, beside which the list of artefacts lies")
        .set_hint("give one with -i, or by 'inventory' in ansible.cfg");
  return options.inventories;
}

SiteArtifacts beside(const std::vector<std::string>& inventories, base::Diagnostics& found) {
  SiteArtifacts site;
  for (const std::string& inventory : inventories) {
    SiteArtifacts::Layer layer{
        .files = artifacts::list_files(inventory), .wanted = {}, .locked = {}};
    const bool has_list = os::is_file(layer.files.wanted);
    if (!has_list && !os::is_file(layer.files.lock)) {
      inventory::require_source(inventory);
      continue;
    }
    if (has_list) {
      artifacts::WantedList list = artifacts::read_wanted(layer.files.wanted, found);
      if (list.is_alone) site.layers.clear();
      layer.wanted = std::move(list.entries);
    }
    layer.locked = artifacts::read_lock(layer.files.lock);
    site.layers.push_back(std::move(layer));
  }
  cli::tell_warnings(found);
  if (found.has_errors()) {
    std::cerr << found.render(", nothing was done") << "\n";
    throw Error(Kind::input, "the list of artefacts has mistakes");
  }
  return site;
}

}  // namespace

std::vector<artifacts::Wanted> SiteArtifacts::wanted() const {
  std::vector<std::vector<artifacts::Wanted>> lists;
  for (const Layer& layer : layers) lists.push_back(layer.wanted);
  return artifacts::layered(lists);
}

std::vector<artifacts::Locked> SiteArtifacts::locked() const {
  std::vector<std::vector<artifacts::Locked>> lists;
  for (const Layer& layer : layers) lists.push_back(layer.locked);
  return artifacts::layered(lists);
}

std::vector<artifacts::Wanted> SiteArtifacts::unlocked() const {
  const std::vector<artifacts::Locked> known = locked();
  std::vector<artifacts::Wanted> missing;
  for (const artifacts::Wanted& wanted : wanted()) {
    const artifacts::Locked* found = artifacts::find_entry(known, wanted.name, wanted.version);
    if (found == nullptr || !is_answer(*found, wanted)) missing.push_back(wanted);
  }
  return missing;
}

bool is_answer(const artifacts::Locked& locked, const artifacts::Wanted& wanted) {
  return locked.kind == wanted.kind && locked.from == wanted.from.text &&
         locked.image == wanted.image && (wanted.sha256.empty() || wanted.sha256 == locked.sha256);
}

SiteArtifacts site_artifacts(const cli::RunWords& words) {
  base::Diagnostics found;
  const std::vector<std::string> inventories = inventories_of(words, found);
  SiteArtifacts site = beside(inventories, found);
  if (site.layers.empty())
    throw Error(Kind::usage, "no list of artefacts lies beside the inventory: there is no '" +
                                 artifacts::list_files(inventories.front()).wanted + "'")
        .set_hint(
            "it says what nodes get from this controller: docs/manual-cluster.md, "
            "'Artefacts'");
  return site;
}

std::vector<std::string> locks_beside(const cli::RunWords& words) {
  base::Diagnostics found;
  std::vector<std::string> paths;
  for (const std::string& inventory : inventories_of(words, found))
    paths.push_back(os::absolute(artifacts::list_files(inventory).lock));
  return paths;
}

SiteArtifacts artifacts_beside(const cli::RunWords& words) {
  base::Diagnostics found;
  return beside(inventories_of(words, found), found);
}

}  // namespace provisioner::cluster
