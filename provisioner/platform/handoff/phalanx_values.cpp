// applications/*/values-ENVIRONMENT.yaml of Phalanx (lsst-sqre/phalanx, keys of its charts).

#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/phalanx.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::List;
using value::Value;

List texts(const std::vector<std::string>& all) { return {all.begin(), all.end()}; }

Value ingress_values(const Phalanx& phalanx) {
  const Dict service{{"loadBalancerIP", phalanx.address}, {"externalTrafficPolicy", "Local"}};
  // A certificate that stock images trust, from the vault: a site's own authority is not enough.
  const Dict more{{"default-ssl-certificate", "ingress-nginx/ingress-certificate"}};
  return Dict{
      {"ingress-nginx", Dict{{"controller", Dict{{"service", service}, {"extraArgs", more}}}}},
      {"vaultCertificate", Dict{{"enabled", true}}}};
}

Value argo_cd_values(const Phalanx& phalanx) {
  std::string policy;
  for (const std::string& group : phalanx.admins) policy += "g, " + group + ", role:admin\n";
  for (const std::string& group : phalanx.users) policy += "g, " + group + ", role:readonly\n";
  const std::string login = "name: Site login\nissuer: " + phalanx.login.issuer +
                            "\nclientID: " + phalanx.login.argo_cd_client +
                            "\nclientSecret: $dex.clientSecret\n"
                            "requestedScopes: [\"openid\", \"profile\", \"email\", \"groups\"]\n";
  const Dict settings{{"url", "https://" + phalanx.fqdn + "/argo-cd"}, {"oidc.config", login}};
  const Dict ingress{{"hostname", phalanx.fqdn}, {"tls", false}};
  return Dict{
      {"argo-cd", Dict{{"configs", Dict{{"cm", settings}, {"rbac", Dict{{"policy.csv", policy}}}}},
                       {"server", Dict{{"ingress", ingress}}}}}};
}

Value group_mapping(const Phalanx& phalanx) {
  Dict mapping;
  for (const char* scope : {"exec:notebook", "exec:portal", "read:image", "read:tap"})
    mapping.set(scope, texts(phalanx.users));
  for (const char* scope : {"exec:admin", "exec:internal-tools", "exec:portal-admin",
                            "admin:jupyterlab", "admin:userinfo"})
    mapping.set(scope, texts(phalanx.admins));
  return mapping;
}

Value gafaelfawr_values(const Phalanx& phalanx) {
  const Dict login{{"clientId", phalanx.login.client},    {"audience", phalanx.login.client},
                   {"issuer", phalanx.login.issuer},      {"loginUrl", phalanx.login.login},
                   {"tokenUrl", phalanx.login.token},     {"scopes", List{Value("openid")}},
                   {"usernameClaim", phalanx.login.claim}};
  Dict directory{{"url", phalanx.directory.url}};
  if (!phalanx.directory.bind.empty()) directory.set("userDn", phalanx.directory.bind);
  directory.set("userBaseDn", phalanx.directory.users);
  directory.set("groupBaseDn", phalanx.directory.groups);
  directory.set("uidAttr", "uidNumber");
  directory.set("gidAttr", "gidNumber");
  Dict config;
  if (phalanx.gafaelfawr_database.empty())
    config.set("internalDatabase", true);
  else
    config.set("databaseUrl", phalanx.gafaelfawr_database);
  config.set("updateSchema", true);
  config.set("oidc", login);
  config.set("ldap", std::move(directory));
  config.set("groupMapping", group_mapping(phalanx));
  if (!phalanx.quota.is_empty()) config.set("quota", Dict{{"default", phalanx.quota}});
  config.set("initialAdmins", texts(phalanx.initial_admins));
  return Dict{{"redis", Dict{{"persistence", Dict{{"storageClass", phalanx.storage_class}}}}},
              {"config", std::move(config)}};
}

// Nublado takes no claim that one pod alone could have.
Dict source_of(const LabVolume& one) {
  if (one.server.empty() && one.class_name.empty())
    return {{"type", "hostPath"}, {"path", one.path}};
  Dict source{{"type", "nfs"}, {"server", one.server}, {"serverPath", one.path}};
  if (!one.class_name.empty())
    source = Dict{{"type", "persistentVolumeClaim"},
                  {"storageClassName", one.class_name},
                  {"accessModes", List{Value(one.is_read_only ? "ReadOnlyMany" : "ReadWriteMany")}},
                  {"resources", Dict{{"requests", Dict{{"storage", one.size}}}}}};
  if (one.is_read_only) source.set("readOnly", true);
  return source;
}

List mounts_of(const Phalanx& phalanx) {
  List mounts;
  for (const LabVolume& one : phalanx.lab.volumes) {
    Dict mount{{"containerPath", one.mounted_at}, {"volumeName", one.name}};
    if (one.is_read_only) mount.set("readOnly", true);
    mounts.emplace_back(std::move(mount));
  }
  return mounts;
}

Value lab_values(const Phalanx& phalanx) {
  List volumes;
  for (const LabVolume& one : phalanx.lab.volumes)
    volumes.emplace_back(Dict{{"name", one.name}, {"source", source_of(one)}});
  Dict lab;
  if (!phalanx.lab.pull_secret.empty()) lab.set("pullSecret", phalanx.lab.pull_secret);
  if (!phalanx.lab.node_labels.is_empty()) lab.set("nodeSelector", phalanx.lab.node_labels);
  if (!phalanx.lab.tolerations.empty()) lab.set("tolerations", phalanx.lab.tolerations);
  if (phalanx.lab.homes_by_initial) lab.set("homedirSchema", "initialThenUsername");
  if (const std::string home = phalanx.lab.home_volume(); !home.empty() && home != "home")
    lab.set("homeVolumeName", home);
  if (!phalanx.lab.makes_homes) lab.set("standardInithome", false);
  lab.set("volumes", std::move(volumes));
  lab.set("volumeMounts", mounts_of(phalanx));
  return lab;
}

Value nublado_values(const Phalanx& phalanx) {
  const Dict source{{"type", "docker"},
                    {"registry", phalanx.lab.registry},
                    {"repository", phalanx.lab.repository}};
  const bool is_own = phalanx.nublado_database.empty();
  const Dict database{{"upgrade", true},
                      {"url", is_own ? "postgresql://nublado3@postgres.postgres/nublado3"
                                     : phalanx.nublado_database}};
  Dict config;
  if (phalanx.serves_files)
    config.set("fileserver", Dict{{"enabled", true}, {"volumeMounts", mounts_of(phalanx)}});
  config.set("images", Dict{{"source", source}});
  config.set("lab", lab_values(phalanx));
  return Dict{{"controller", Dict{{"config", std::move(config)}}},
              {"hub", Dict{{"internalDatabase", is_own}}},
              {"jupyterhub", Dict{{"hub", Dict{{"db", database}}}}}};
}

Value portal_values(const Portal& portal) {
  Dict values;
  if (portal.replicas > 1) values.set("replicaCount", portal.replicas);
  if (!portal.memory.empty())
    values.set("resources", Dict{{"limits", Dict{{"memory", portal.memory}}}});
  if (!portal.work_area.is_empty())
    values.set("config", Dict{{"volumes", Dict{{"sharedWorkarea", portal.work_area}}}});
  return values;
}

Value postgres_values(const Phalanx& phalanx) {
  Dict values{{"postgresStorageClass", phalanx.storage_class}};
  if (phalanx.gafaelfawr_database.empty())
    values.set("gafaelfawr_db", Dict{{"user", "gafaelfawr"}, {"db", "gafaelfawr"}});
  if (phalanx.nublado_database.empty())
    values.set("nublado3_db", Dict{{"user", "nublado3"}, {"db", "nublado3"}});
  return values;
}

Value from_secret(const char* name) {
  const Dict key{{"name", "vault-credentials"}, {"key", name}};
  return Dict{{"name", name}, {"valueFrom", Dict{{"secretKeyRef", key}}}};
}

Value secrets_operator_values() {
  return Dict{
      {"vault-secrets-operator",
       Dict{{"environmentVars", List{from_secret("VAULT_ROLE_ID"), from_secret("VAULT_SECRET_ID")}},
            {"vault", Dict{{"authMethod", "approle"}}}}}};
}

}  // namespace

std::map<std::string, Value> application_values(const Phalanx& phalanx) {
  std::map<std::string, Value> values = {
      {"argocd", argo_cd_values(phalanx)},
      {"cert-manager", Dict{{"config", Dict{{"createIssuer", false}}}}},
      {"gafaelfawr", gafaelfawr_values(phalanx)},
      {"ingress-nginx", ingress_values(phalanx)},
      {"repertoire", Dict()},
      {"vault-secrets-operator", secrets_operator_values()}};
  for (const std::string& application : phalanx.applications) values[application] = Dict();
  if (phalanx.has("nublado")) values["nublado"] = nublado_values(phalanx);
  if (phalanx.has("portal")) values["portal"] = portal_values(phalanx.portal);
  if (phalanx.has("postgres")) values["postgres"] = postgres_values(phalanx);
  if (phalanx.has("squareone")) values["squareone"] = Dict{{"ingress", Dict{{"tls", false}}}};
  return values;
}

}  // namespace provisioner::handoff
