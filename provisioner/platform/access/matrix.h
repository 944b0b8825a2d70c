#pragma once

#include <string>
#include <vector>

#include "provisioner/platform/access/access.h"

namespace provisioner::access {

// What the API must answer to one who has this role and no other: a SelfSubjectAccessReview.
struct Question {
  std::string role, verb;
  std::string group, resource;  // "apps", "deployments/scale"; group "" is the core's
  std::string name_space;       // "": over all namespaces, or a resource that is in none
  bool is_allowed = false;
};

// Whether pods of `to` take connections from pods of `from`. Besides declared namespaces and
// `others` there are "ingress", "api-server", "outside" (what is no pod and no API), networks as
// 10.0.0.0/8, and "elsewhere", for pods of a namespace that is nowhere named. One end at least is
// a declared namespace. Where it is the receiving one, a sender of another namespace of the
// declaration must be let out too, which is said by the same word.
struct Flow {
  std::string from, to;
  bool passes = false;
};

// Everything that a declaration says of who may do what, and of what it does not: for each role
// each verb of each resource that roles are asked about, in each declared namespace, in two of
// Kubernetes' own ("default", "kube-system") and in all at once.
struct Matrix {
  std::vector<Question> questions;
  std::vector<Flow> flows;
};
Matrix matrix(const Access& access);

}  // namespace provisioner::access
