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
  if (owners.is_ours("load_balancer")) {
    const Value variables(node.variables);
    const std::string visibility = value::StrictDict(&variables, "", variables, diagnostics)
                                       .text("ingress_visibility", "inward");
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
