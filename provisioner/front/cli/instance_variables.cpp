// Whether what an inventory says of an instance is what its roles take.

#include "provisioner/front/cli/instance_variables.h"

#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/instance_around.h"
#include "provisioner/platform/instance/named_namespaces.h"
#include "provisioner/platform/instance/site_networks.h"
#include "provisioner/platform/instance/site_variables.h"
#include "provisioner/platform/instance/waves.h"

namespace provisioner::cli {
namespace {

std::vector<std::string> namespaces_of(const access::Access& access) {
  std::vector<std::string> names = access.others;
  for (const access::Namespace& one : access.namespaces) names.push_back(one.name);
  if (names.empty()) return names;  // nobody has declared any
  const std::vector<std::string>& platform = access.cluster.platform_namespaces;
  names.insert(names.end(), platform.begin(), platform.end());
  return names;
}

}  // namespace

std::vector<std::string> checked_variables() {
  std::vector<std::string> names = instance::site_variable_names();
  for (const char* name : {"networks", "stage_name"}) names.emplace_back(name);
  return names;
}

void check_variables(const std::vector<NamedNode>& nodes, const NamedNode& first,
                     ClusterSite& site) {
  base::Diagnostics& mistakes = site.component_mistakes;
  for (const NamedNode& node : nodes) {
    instance::check_site_variables(node.variables, site.profile, mistakes);
    const SaidStage stage =
        stage_of(node.inventory.get(), node.name, node.variables.find("stage_name"));
    instance::check_stage(stage.name, stage.pos, mistakes);
  }
  instance::Around around = instance_around(site.wish.instance, nodes);
  around.control = site.wish.control_names();
  for (const kubernetes::WishedNode* node : site.wish.nodes())
    around.members.push_back({node->name, node->address, true});
  instance::check_site_networks(first.variables, around, mistakes);
  if (site.access_mistakes.has_errors()) return;  // what is declared is not known
  instance::check_named_namespaces(
      first.variables, namespaces_of(site.access),
      site.profile.is_ours("metrics") ? instance::Metrics::ours : instance::Metrics::of_others,
      mistakes);
}

}  // namespace provisioner::cli
