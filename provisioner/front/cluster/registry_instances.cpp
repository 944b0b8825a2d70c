// The clusters that run what the registry has.

#include "provisioner/front/cluster/registry_instances.h"

#include <iostream>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/ends_all.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/cluster_admission.h"

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
