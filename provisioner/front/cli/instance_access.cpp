// Who may do what on an instance, as its inventory says.

#include "provisioner/front/cli/instance_access.h"

#include "provisioner/base/value/strict_dict.h"
#include "provisioner/platform/access/read_access.h"
#include "provisioner/platform/profile/phalanx_namespaces.h"

namespace provisioner::cli {
namespace {

// Where pods of an ingress run that is ours (role `ingress`), or the platform's own.
std::string ingress_namespace(const profile::Profile& owners) {
  switch (owners.owner_of("ingress")) {
    case profile::Owner::provisioner:
      return "site-ingress";
    case profile::Owner::platform:
      return "ingress-nginx";
    case profile::Owner::site:
    case profile::Owner::absent:
      break;
  }
  return {};
}

// What Phalanx refuses to find when it comes.
std::vector<std::string> platform_namespaces(profile::Platform platform) {
  std::vector<std::string> names;
  if (platform == profile::Platform::phalanx)
    for (const profile::PhalanxNamespace& one : profile::phalanx_namespaces)
      if (one.is_made_by_it) names.emplace_back(one.name);
  return names;
}

}  // namespace

const std::vector<std::string> access_variables = {"access", "kubernetes_oidc", "pod_subnet",
                                                   "service_subnet"};

access::Access instance_access(const NamedNode& node, const profile::Profile& owners,
                               const kubernetes::ClusterWish& wish,
                               base::Diagnostics& diagnostics) {
  const value::Value variables(node.variables);
  value::StrictDict said(&variables, "", variables, diagnostics);
  access::Cluster cluster{
      .instance = wish.instance,
      .pod_subnet = said.text("pod_subnet", "10.244.0.0/16"),  // as the roles have them
      .service_subnet = said.text("service_subnet", "10.96.0.0/16"),
      .ingress_namespace = ingress_namespace(owners),
      .is_cilium = wish.pod_network == "cilium",
      .issuer = access::read_issuer(said.find("kubernetes_oidc"), diagnostics),
      .platform_namespaces = platform_namespaces(owners.platform)};
  for (const kubernetes::WishedNode& control : wish.control)
    cluster.control_addresses.push_back(control.address);
  return access::read_access(said.find("access"), std::move(cluster), diagnostics);
}

}  // namespace provisioner::cli
