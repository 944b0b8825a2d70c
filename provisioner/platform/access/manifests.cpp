// A declaration of access as objects of Kubernetes.

#include "provisioner/platform/access/manifests.h"

#include <algorithm>

#include "provisioner/platform/access/network_policies.h"
#include "provisioner/platform/access/rights.h"

namespace provisioner::access {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr const char* rbac = "rbac.authorization.k8s.io";
constexpr const char* rbac_version = "rbac.authorization.k8s.io/v1";

Dict our_labels() {
  return Dict{{"app.kubernetes.io/managed-by", "provisioner"}, {"provisioner/part", "access"}};
}

Value labelled(const Value& object) {
  Dict body = object.dict(), metadata = body.find("metadata")->dict();
  metadata.set("labels", our_labels());
  body.set("metadata", std::move(metadata));
  return body;
}

Dict metadata_of(const std::string& name, const std::string& name_space = {}) {
  Dict metadata{{"name", name}};
  if (!name_space.empty()) metadata.set("namespace", name_space);
  metadata.set("labels", our_labels());
  return metadata;
}

Value namespace_object(const Namespace& one) {
  Dict metadata = metadata_of(one.name), labels = our_labels();
  if (!one.aspect.empty()) labels.set("provisioner/aspect", one.aspect);
  if (!one.commons.empty()) labels.set("provisioner/commons", one.commons);
  for (const char* mode : {"enforce", "audit", "warn"})
    labels.set(std::string("pod-security.kubernetes.io/") + mode,
               std::string(name_of(one.pod_security)));
  metadata.set("labels", std::move(labels));
  return Dict{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", std::move(metadata)}};
}

Dict amounts(const std::vector<Amount>& all) {
  Dict said;
  for (const Amount& amount : all) said.set(amount.resource, amount.quantity);
  return said;
}

Value quota(const Namespace& one) {
  return Dict{{"apiVersion", "v1"},
              {"kind", "ResourceQuota"},
              {"metadata", metadata_of("declared", one.name)},
              {"spec", Dict{{"hard", amounts(one.quota)}}}};
}

Value limit_range(const Namespace& one) {
  Dict limit{{"type", "Container"}};
  const auto add = [&](const char* key, const std::vector<Amount>& all) {
    if (!all.empty()) limit.set(key, amounts(all));
  };
  add("default", one.limits.standard);
  add("defaultRequest", one.limits.standard_request);
  add("max", one.limits.most);
  add("min", one.limits.least);
  return Dict{{"apiVersion", "v1"},
              {"kind", "LimitRange"},
              {"metadata", metadata_of("declared", one.name)},
              {"spec", Dict{{"limits", List{Value(std::move(limit))}}}}};
}

List subjects_of(const Access& access, const Role& role) {
  List subjects;
  const auto add = [&](const std::string& group) {
    subjects.emplace_back(Dict{{"apiGroup", rbac}, {"kind", "Group"}, {"name", group}});
  };
  add(role.own_group());
  const std::string prefix = access.cluster.issuer ? access.cluster.issuer->group_prefix : "";
  for (const std::string& group : role.groups) add(prefix + group);
  return subjects;
}

// What a binding refers to cannot change: it is in its name, so that another right is another
// binding.
Value binding(const Access& access, const Role& role, const std::string& cluster_role,
              const std::string& name_space) {
  const std::string right = cluster_role.substr(cluster_role.find(':') + 1);
  const std::string name = role.own_group() + ":" + right;
  return Dict{
      {"apiVersion", rbac_version},
      {"kind", name_space.empty() ? "ClusterRoleBinding" : "RoleBinding"},
      {"metadata", metadata_of(name, name_space)},
      {"roleRef", Dict{{"apiGroup", rbac}, {"kind", "ClusterRole"}, {"name", cluster_role}}},
      {"subjects", subjects_of(access, role)}};
}

std::string own_cluster_role(May may) { return "provisioner:" + std::string(name_of(may)); }

List words(const std::vector<std::string>& all) { return {all.begin(), all.end()}; }

Value cluster_role(May may) {
  List rules;
  for (const Rule& rule : own_rules(may))
    rules.emplace_back(Dict{{"apiGroups", List{rule.group}},
                            {"resources", words(rule.resources)},
                            {"verbs", words(rule.verbs)}});
  return Dict{{"apiVersion", rbac_version},
              {"kind", "ClusterRole"},
              {"metadata", metadata_of(own_cluster_role(may))},
              {"rules", std::move(rules)}};
}

void append(std::vector<Value>& all, std::vector<Value> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

const char* const label_selector = "provisioner/part=access";

std::vector<Value> manifests_of(const Access& access, const Namespace& one) {
  std::vector<Value> objects = {namespace_object(one)};
  if (!one.quota.empty()) objects.push_back(quota(one));
  if (!one.limits.is_empty()) objects.push_back(limit_range(one));
  for (const Value& policy : network_policies(access, one)) objects.push_back(labelled(policy));
  for (const Role& role : access.roles)
    if (std::ranges::find(role.namespaces, one.name) != role.namespaces.end())
      objects.push_back(binding(access, role, std::string(name_of(role.may)), one.name));
  return objects;
}

std::vector<Value> cluster_manifests(const Access& access) {
  std::vector<Value> objects;
  for (const May may : {May::audit, May::operate})
    if (std::ranges::find(access.roles, may, &Role::may) != access.roles.end())
      objects.push_back(cluster_role(may));
  for (const Role& role : access.roles) {
    if (!is_cluster_wide(role.may)) continue;
    if (role.may == May::platform_admin) {
      objects.push_back(binding(access, role, "cluster-admin", ""));
      continue;
    }
    objects.push_back(binding(access, role, "view", ""));
    objects.push_back(binding(access, role, own_cluster_role(role.may), ""));
  }
  return objects;
}

std::vector<Value> manifests(const Access& access) {
  std::vector<Value> objects, rest;
  for (const Namespace& one : access.namespaces) {
    std::vector<Value> all = manifests_of(access, one);
    objects.push_back(std::move(all.front()));
    all.erase(all.begin());
    append(rest, std::move(all));
  }
  append(objects, cluster_manifests(access));
  append(objects, std::move(rest));
  return objects;
}

}  // namespace provisioner::access
