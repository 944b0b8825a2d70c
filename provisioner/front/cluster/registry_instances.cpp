// The clusters that run what the registry has.

#include "provisioner/front/cluster/registry_instances.h"

#include <algorithm>
#include <iostream>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/ends_all.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/cluster_admission.h"
#include "provisioner/front/cluster/known_instances.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using value::Value;

}  // namespace

std::vector<std::string> instances_of(const RegistryWords& words) {
  if (!words.instance.empty()) return {words.instance};
  const auto nodes = cli::require_nodes({words.run, "registry"}, {"instance_name", "ansible_host"});
  std::set<std::string> names;
  for (const cli::NamedNode& node : nodes)
    if (const Value* name = node.variables.find("instance_name"); name != nullptr)
      names.insert(value::Dict::key_text(*name));
  return {names.begin(), names.end()};
}

std::vector<std::string> instances_that_pull(const RegistryWords& words, const RegistrySite& site) {
  const cli::LoadedInventory loaded(words.run);
  if (loaded.inventory().group("control") == nullptr) return {};
  const std::vector<std::string> control = loaded.inventory().hosts_of("control");
  std::vector<std::string> names;
  for (const KnownInstance& one : known_instances(loaded)) {
    if (std::ranges::find(control, one.first) == control.end()) continue;
    const auto first = cli::named_nodes({words.run, one.first}, {"container_runtime_registry"});
    if (!first) throw Error(Kind::input, "the inventory has mistakes");
    const Value* asked = first->front().variables.find("container_runtime_registry");
    if (asked != nullptr && value::Dict::key_text(*asked) == site.reading_name())
      names.push_back(one.name);
  }
  return names;
}

bool tell_instances(const RegistryWords& words) {
  bool is_well = true;
  for (const std::string& instance : instances_of(words)) {
    try {
      ClusterWork work{.words = words.run,
                       .site = cli::cluster_site(words.run, instance),
                       .artifacts = {},
                       .artifact_url = {},
                       .directory = cli::cluster_directory(instance)};
      os::make_directories(work.directory, 0700);
      bring_admission(work, cli::look_at_cluster(work.words, work.site.wish));
    } catch (const Error& error) {
      if (cli::ends_all(error)) throw;
      is_well = false;
      std::cerr << error.render("warning") << "\n";
      cli::say("hint: its pods may not run what was vetted now; later: provisioner cluster up " +
               instance);
    }
  }
  return is_well;
}

}  // namespace provisioner::cluster
