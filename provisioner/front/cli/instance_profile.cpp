// Who owns what of an instance, and whether the inventory can have what is ours.

#include "provisioner/front/cli/instance_profile.h"

#include "provisioner/base/value/strict_dict.h"
#include "provisioner/platform/profile/address_pools.h"
#include "provisioner/platform/profile/storage_classes.h"
#include "provisioner/platform/profile/volumes.h"

namespace provisioner::cli {
namespace {

using base::Diagnostics;
using base::Error;
using base::Kind;
using profile::TakenAddress;
using value::Value;

std::vector<TakenAddress> taken_in(const kubernetes::ClusterWish& wish) {
  std::vector<TakenAddress> taken;
  for (const kubernetes::WishedNode* node : wish.nodes())
    taken.push_back({node->address, "'" + node->name + "'"});
  taken.push_back({wish.endpoint.address, "the API"});
  return taken;
}

// Of our pools where ours or the platform's asks for it; a load balancer of the site has others.
void check_ingress_address(value::StrictDict& all, const profile::Profile& owners) {
  const profile::Owner owner = owners.owner_of("ingress");
  const bool is_of_pools =
      owners.is_ours("load_balancer") &&
      (owner == profile::Owner::provisioner || owner == profile::Owner::platform) &&
      value::text_or(all.value(), "ingress_reached_by", "") != "host_ports";
  const Value* pools = all.find("load_balancer_pools");
  if (is_of_pools && pools != nullptr) profile::check_asked_address(all, "ingress_address", *pools);
}

}  // namespace

const std::vector<std::string> profile_variables = {
    "platform",     "components",          "storage_classes",   "nfs_volumes",
    "gpfs_volumes", "load_balancer_pools", "ingress_visibility"};

profile::Profile instance_profile(const NamedNode& node, Diagnostics& diagnostics) {
  return profile::profile_of(node.variables.find("platform"), node.variables.find("components"),
                             diagnostics);
}

void check_components(const NamedNode& node, const profile::Profile& owners,
                      const kubernetes::ClusterWish& wish, Diagnostics& diagnostics) {
  const auto said = [&](const char* variable) { return node.variables.find(variable); };
  const auto add_missing = [&](const std::string& component, const std::string& variable) {
    diagnostics.add(
        Error(Kind::input,
              "'" + component + "' is ours, and the inventory has no '" + variable + "'")
            .set_hint("give it one, or say whose it is: components: {" + component + ": absent}"));
  };
  const Value variables(node.variables);
  value::StrictDict all(&variables, "", variables, diagnostics);
  check_ingress_address(all, owners);
  if (owners.is_ours("load_balancer")) {
    const std::string visibility = all.text("ingress_visibility", "inward");
    const std::string wanted = owners.is_ours("ingress") ? visibility : "";
    if (const Value* pools = said("load_balancer_pools"))
      profile::check_pools(*pools, wanted, taken_in(wish), diagnostics);
    else
      add_missing("load_balancer", "load_balancer_pools");
  }
  if (!owners.is_ours("storage_classes")) return;
  profile::check_served_volumes(said("nfs_volumes"), said("gpfs_volumes"), diagnostics);
  if (const Value* classes = said("storage_classes"))
    profile::check_storage_classes(*classes, diagnostics);
  else
    add_missing("storage_classes", "storage_classes");
}

}  // namespace provisioner::cli
