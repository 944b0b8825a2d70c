// Instances for tests.

#include "sites.h"

namespace provisioner::handoff {

using value::Value;

const char* const gen3_variables = R"(
instance_domain: data.example.org
ingress_address: 10.23.0.200
load_balancer_pools: [{name: inward, visibility: inward, addresses: [10.23.0.200-10.23.0.219]}]
storage_classes: [{name: local-path, kind: local_path, default: true}, {name: served, kind: nfs}]
nfs_server: 10.22.0.5
nfs_volumes: [{name: datasets, class: served, path: /datasets, size: 10Ti, read_only: true}]
gen3:
  release: "2026.08"
  dictionary_url: https://files.example.org/schema.json
  gitops: {repository: "https://git.example.org/commons.git"}
  postgres: {host: pg.example.org}
  elasticsearch: {host: 10.23.0.40}
  s3: {url: "https://s3.example.org", bucket: gen3-data}
  oidc: {issuer: "https://login.example.org", client_id: gen3}
)";

const char* const phalanx_variables = R"(
instance_domain: rsp.example.org
storage_classes: [{name: local-path, kind: local_path, default: true}]
nfs_mounts:
  - {path: /home, type: nfs4, source: "10.22.0.5:/home"}
  - {path: /datasets, type: nfs4, source: "10.22.0.5:/datasets", read_only: true}
phalanx:
  address: 192.0.2.10
  vault_url: https://vault.example.org
  repository: https://git.example.org/phalanx.git
  oidc: {issuer: "https://keycloak.example.org/realms/site"}
  ldap: {url: "ldaps://ipa.example.org", users: "cn=users,dc=example", groups: "cn=groups,dc=example"}
  initial_admins: [amara]
)";

Instance instance_with(const std::string& platform, const std::string& variables) {
  base::Diagnostics diagnostics;
  Instance instance;
  instance.name = "main";
  instance.site = "laserena";
  instance.stage = "prod";
  instance.program = "provisioner 0.1.0";
  instance.kubernetes = "v1.34.4";
  instance.api_url = "https://api.example.org:6443";
  const Value word(platform);
  instance.owners = profile::profile_of(&word, nullptr, diagnostics);
  instance.variables =
      value::read_yaml(base::register_source("instance_main.yml", variables), diagnostics);
  instance.nodes = {{.name = "n01", .is_control = true}, {.name = "n06"}};
  instance.public_key = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n";
  instance.registry = "registry.example.org:5000";
  return instance;
}

std::string mistakes_in(const base::Diagnostics& diagnostics) {
  std::string text;
  for (const base::Error& error : diagnostics.errors()) text += error.render() + "\n";
  return text;
}

}  // namespace provisioner::handoff
