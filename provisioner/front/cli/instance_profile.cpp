// Who owns what of an instance, and whether the inventory can have what is ours.

#include "provisioner/front/cli/instance_profile.h"

#include "provisioner/platform/profile/address_pools.h"
#include "provisioner/platform/profile/storage_classes.h"

namespace provisioner::cli {
namespace {

using base::Diagnostics;
using profile::TakenAddress;
using value::Value;

std::string text_of(const Value* value, const std::string& otherwise) {
  return value == nullptr || value->is_none() ? otherwise : value::Dict::key_text(*value);
}

std::vector<TakenAddress> taken_in(const kubernetes::ClusterWish& wish) {
  std::vector<TakenAddress> taken;
  for (const kubernetes::WishedNode* node : wish.nodes())
    taken.push_back({node->address, "'" + node->name + "'"});
  taken.push_back({wish.endpoint.address, "the API"});
  return taken;
}

}  // namespace

const std::vector<std::string> profile_variables = {"platform", "components", "storage_classes",
                                                    "load_balancer_pools", "ingress_visibility"};

profile::Profile instance_profile(const NamedNode& node, const kubernetes::ClusterWish& wish,
                                  Diagnostics& diagnostics) {
  const auto said = [&](const char* variable) { return node.variables.find(variable); };
  profile::Profile owners = profile::profile_of(said("platform"), said("components"), diagnostics);
  if (const Value* pools = said("load_balancer_pools");
      pools != nullptr && owners.is_ours("load_balancer"))
    profile::check_pools(
        *pools, owners.is_ours("ingress") ? text_of(said("ingress_visibility"), "inward") : "",
        taken_in(wish), diagnostics);
  if (const Value* classes = said("storage_classes");
      classes != nullptr && owners.is_ours("storage_classes"))
    profile::check_storage_classes(*classes, diagnostics);
  return owners;
}

}  // namespace provisioner::cli
