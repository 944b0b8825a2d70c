#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::access {

// A double of what an API server and a pod network do with objects: RBAC (bindings, cluster roles)
// and NetworkPolicy, as Kubernetes' documentation has them. It knows manifests alone, nothing of
// the declaration that they are of.
class ClusterOfObjects {
 public:
  // `cluster_roles` are Kubernetes' own: name -> rules, as the API of 1.34 answers them.
  ClusterOfObjects(const std::vector<value::Value>& objects, const value::Value& cluster_roles);

  struct Request {
    std::string verb, group, resource, name_space;  // "" for all namespaces
  };
  bool may(const std::vector<std::string>& groups, const Request& request) const;

  // An end of a connection: a pod of a namespace with one label k8s-app, or an address.
  struct End {
    std::string name_space = {}, app = {}, address = {};
  };
  bool passes(const End& from, const End& to, int port) const;

 private:
  bool allows(const value::Value& policy, const char* rules, const char* peers, const End& other,
              const End& own, int port) const;
  bool is_let(const char* type, const char* rules, const char* peers, const End& own,
              const End& other, int port) const;

  std::vector<value::Value> bindings_, policies_;
  std::map<std::string, value::Value> rules_;
};

}  // namespace provisioner::access
