// Packages that nodes will ask their mirror for.

#include "provisioner/front/cluster/cluster_packages.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/cluster/artifacts/package_index.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cluster/instance_needs.h"

namespace provisioner::cluster {
namespace {

constexpr std::size_t most_named = 3;

// "n01, n02, n03 and 17 more".
std::string some_of(const std::vector<std::string>& nodes) {
  const std::size_t count = std::min(nodes.size(), most_named);
  const std::vector<std::string> named(nodes.begin(),
                                       nodes.begin() + static_cast<std::ptrdiff_t>(count));
  const std::string rest =
      nodes.size() > count ? " and " + std::to_string(nodes.size() - count) + " more" : "";
  return base::join(named, ", ") + rest;
}

Note not_asked(const PackageNeeds& needs, const std::string& because) {
  return {Note::Kind::remark,
          "packages of " + some_of(needs.nodes) + " are not looked for: " + because};
}

Notes missing_of(const PackageNeeds& needs) {
  std::vector<std::string> names;
  for (const auto& [name, role] : needs.packages) names.push_back(name);
  const artifacts::PackageAnswer answer = artifacts::ask_for_packages(
      needs.sources, names, os::join_path(cli::state_directory(), "package-indexes"));
  Notes notes;
  if (!answer.fault.empty()) notes.push_back(not_asked(needs, answer.fault));
  for (const auto& [name, role] : needs.packages)
    if (std::ranges::find(answer.lacking, name) != answer.lacking.end())
      notes.push_back({Note::Kind::missing, "no source of packages of " + some_of(needs.nodes) +
                                                " has " + name + ", needed by " + role});
  if (!answer.lacking.empty())
    notes.back().hint = "have the site's mirror carry them; base_apt_sources says where nodes look";
  return notes;
}

}  // namespace

Notes missing_packages(const ClusterWork& work) {
  Notes notes;
  for (const PackageNeeds& needs : package_needs(work)) {
    if (needs.packages.empty()) continue;
    if (needs.sources.empty())
      notes.push_back(not_asked(needs, "the inventory has no base_apt_sources for them"));
    else if (!std::ranges::all_of(needs.sources, artifacts::can_be_asked))
      notes.push_back(
          not_asked(needs, "one of their sources is no place that this machine can ask"));
    else
      append(notes, missing_of(needs));
  }
  return notes;
}

}  // namespace provisioner::cluster
