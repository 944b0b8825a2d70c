#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/platform/gates/proof.h"
#include "provisioner/platform/profile/profile.h"

namespace provisioner::handoff {

// What a bundle holds: bytes by path below it, "storage/classes.yaml".
using Files = std::map<std::string, std::string>;

// So much of a node as is told to those who use the cluster.
struct NodeShare {
  std::string name;
  bool is_control = false;
  value::Dict labels = {};
  value::List taints = {};         // "key=qserv:NoSchedule"
  value::List local_volumes = {};  // the inventory's, {class, path, size}
};

// A role of the instance's declaration of access. Where its people log in at the site's issuer, the
// file that they use, which has no secret in it.
struct AccessRole {
  std::string name;
  value::Value kubeconfig = {};
};

// All that a bundle is made of. Texts are as they are kept: nothing here is asked of the cluster.
struct Instance {
  std::string name, site, stage;
  std::string program;     // "provisioner 0.1.0"
  std::string kubernetes;  // "v1.34.4"
  std::string api_url;     // "https://api.lsp.example.org:8443"
  profile::Profile owners;
  value::Value variables = {};  // a dict: those of the first control-plane node, evaluated
  std::vector<NodeShare> nodes = {};
  std::vector<value::Value> access_objects = {};  // namespaces and all that stands in them
  std::vector<AccessRole> roles = {};
  std::optional<gates::Proof> gates = {};  // nullopt: nobody has run them
  std::string gates_problem = {};          // why their record cannot be read; then `gates` is none
  bool is_draft = false;
  std::string site_authority = {};  // PEM; "" where the site has none
  // By the name of an issuer: PEM, of whom the server's own certificate is.
  std::map<std::string, std::string> issuer_authorities = {};
  std::string public_key = {};  // PEM, of what signs images and this bundle
  std::string registry = {};    // "registry.example.org:5000"; "" where there is none
  std::vector<std::string> robots = {};
  std::string lock = {};         // instances/NAME.lock; "" where there is none
  std::string images_lock = {};  // what was vetted, as it lies beside the inventory
  std::map<std::string, std::string> images = {};    // of the artefacts' lock: name to sha256
  std::map<std::string, std::string> versions = {};  // of what else the lock names
  std::vector<value::Value> admission_objects = {};
  std::string users_report = {}, users_table = {};  // JSON, CSV; "" where there are none
  // Of our own ingress, as the cluster tells them, in their order; none where it was not asked.
  std::vector<std::string> ingress_addresses = {};

  const value::Value* find(const char* variable) const { return variables.find(variable); }
  std::string text(const char* variable, const std::string& otherwise = {}) const;
  std::vector<std::string> declared_namespaces() const;  // by the declaration of access
  std::string domain() const { return text("instance_domain"); }
};

}  // namespace provisioner::handoff
