// The clusters that run what the registry has.

#include "provisioner/front/cluster/registry_instances.h"

#include <algorithm>
#include <iostream>
#include <optional>
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
using value::Value;

std::string text_of(const cli::NamedNode& node, const char* variable) {
  const Value* found = node.variables.find(variable);
  return found == nullptr || found->is_none() ? "" : value::Dict::key_text(*found);
}

std::set<std::string> own_instances(const RegistryWords& words, const RegistrySite& site) {
  std::set<std::string> names;
  for (const cli::NamedNode& node :
       cli::require_nodes({words.run, "registry"}, {"instance_name", "ansible_host"}))
    if (std::ranges::find(site.nodes, node.name) != site.nodes.end())
      names.insert(own_instance(node));
  names.erase("");
  return names;
}

void warn(const Error& error) {
  if (cli::ends_all(error)) throw Error(error);
  std::cerr << error.render("warning") << "\n";
}

bool tell(const RegistryWords& words, const std::string& instance) {
  try {
    ClusterWork work{.words = words.run,
                     .site = cli::cluster_site(words.run, instance),
                     .artifacts = {},
                     .artifact_url = {},
                     .directory = cli::cluster_directory(instance)};
    const std::optional<ReadRegistry> registry = require_admission(work.words, work.site);
    if (!registry) return true;
    os::make_directories(work.directory, 0700);
    bring_admission(work, cli::look_at_cluster(work.words, work.site.wish), *registry);
    return true;
  } catch (const Error& error) {
    warn(error);
    cli::say("hint: what its pods may run is as before; later: provisioner cluster up " + instance);
    return false;
  }
}

}  // namespace

std::vector<PullingInstance> instances_that_pull(const RegistryWords& words,
                                                 const RegistrySite& site) {
  const cli::LoadedInventory loaded(words.run);
  if (loaded.inventory().group("control") == nullptr) return {};
  const std::vector<std::string> control = loaded.inventory().hosts_of("control");
  const std::set<std::string> elsewhere = names_of_other_registries(words.run, site);
  std::vector<PullingInstance> pulling;
  for (const KnownInstance& one : known_instances(loaded)) {
    if (std::ranges::find(control, one.first) == control.end()) continue;
    PullingInstance instance{.name = one.name, .sandboxes = {}};
    bool is_pulling = false, is_anothers = false;
    for (const cli::NamedNode& node : cli::instance_nodes(
             words.run, one.name,
             {"container_runtime_registry", "container_runtime_pause", "instance_name"})) {
      if (node.problem) throw *node.problem;
      // A layer above may have made its control plane another instance's, which is asked for it.
      const std::string says = text_of(node, "instance_name");
      const bool is_control = std::ranges::find(control, node.name) != control.end();
      is_anothers = is_anothers || (is_control && !says.empty() && says != one.name);
      const std::string registry = text_of(node, "container_runtime_registry");
      is_pulling = is_pulling || (!registry.empty() && !elsewhere.contains(registry));
      if (const std::string sandbox = text_of(node, "container_runtime_pause"); !sandbox.empty())
        instance.sandboxes.push_back(sandbox);
    }
    if (is_pulling && !is_anothers) pulling.push_back(std::move(instance));
  }
  return pulling;
}

std::vector<std::string> instances_of(const RegistryWords& words, const RegistrySite& site) {
  std::set<std::string> names = own_instances(words, site);
  for (const PullingInstance& one : instances_that_pull(words, site))
    if (const auto read = registry_read_by(words.run, one.name);
        read && read->site.address == site.address)
      names.insert(one.name);
  return {names.begin(), names.end()};
}

ToldInstances tell_instances(const RegistryWords& words, const RegistrySite& site) {
  ToldInstances told;
  try {
    told.names = instances_of(words, site);
  } catch (const Error& error) {
    warn(error);
    told.is_well = false;
    const std::set<std::string> own = own_instances(words, site);
    told.names = {own.begin(), own.end()};
  }
  for (const std::string& instance : told.names)
    told.is_well = tell(words, instance) && told.is_well;
  return told;
}

}  // namespace provisioner::cluster
