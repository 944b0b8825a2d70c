#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/platform/access/access.h"

namespace provisioner::access {

// One of a cluster role's rules, as RBAC has it: all verbs on all resources of one API group.
struct Rule {
  std::string group;  // "" is the core's
  std::vector<std::string> resources, verbs;
};

// What our own cluster role for `audit` or `operate` adds to what Kubernetes' `view` may, over the
// whole cluster; none for the others, which are Kubernetes' own.
const std::vector<Rule>& own_rules(May may);

// What roles are asked about: a resource of Kubernetes, with the verbs that make sense for it.
struct Asked {
  std::string_view group, resource;  // "apps", "deployments/scale"
  enum class Scope { in_namespaces, of_cluster, both } scope;
  std::vector<std::string_view> verbs;
};
const std::vector<Asked>& asked_of_roles();

// Whether one who `may` that is allowed it where the right holds: in a namespace of the role, or
// anywhere. By Kubernetes' default cluster roles (1.30 to 1.35: plugin/pkg/auth/authorizer/rbac/
// bootstrappolicy/policy.go), as asked of one of `asked_of_roles`.
bool is_right(May may, const Asked& asked, std::string_view verb);

}  // namespace provisioner::access
