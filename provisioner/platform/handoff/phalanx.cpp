// What a Phalanx environment needs to know of a site.

#include "provisioner/platform/handoff/phalanx.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/reading.h"

namespace provisioner::handoff {
namespace {

using base::Diagnostics;
using value::Dict;
using value::List;
using value::Value;

// Nublado's own: whoever bears it takes notebooks.
constexpr const char* lab_label = "nublado.lsst.io/permitted";

std::string default_class(const Instance& instance) {
  for (const Value& one : items_of(instance.find("storage_classes")))
    if (value::boolean_or(one, "default", false)) return text_of(one, "name");
  return "";
}

void read_login(Reading& reading, const Instance& instance, Phalanx& phalanx) {
  Reading login = reading.below("oidc");
  login.know(
      {"issuer", "client_id", "login_url", "token_url", "username_claim", "argo_cd_client_id"});
  phalanx.login.issuer = login.url("issuer", "https://keycloak.example.org/realms/site");
  phalanx.login.client = login.text("client_id", "rsp-" + instance.name);
  phalanx.login.claim = login.text("username_claim", "preferred_username");
  phalanx.login.argo_cd_client = login.text("argo_cd_client_id", "argocd");
  // Keycloak's are known by its issuer's form.
  const bool is_keycloak =
      phalanx.login.issuer.empty() || phalanx.login.issuer.find("/realms/") != std::string::npos;
  const std::string base = phalanx.login.issuer + "/protocol/openid-connect/";
  phalanx.login.login = is_keycloak ? login.text("login_url", base + "auth")
                                    : login.url("login_url", phalanx.login.issuer + "/auth");
  phalanx.login.token = is_keycloak ? login.text("token_url", base + "token")
                                    : login.url("token_url", phalanx.login.issuer + "/token");
}

void read_directory(Reading& reading, Phalanx& phalanx) {
  Reading directory = reading.below("ldap");
  directory.know({"url", "bind", "users", "groups"});
  phalanx.directory = {
      .url = directory.required("url", "ldaps://ipa.example.org"),
      .bind = directory.text("bind"),
      .users = directory.required("users", "\"cn=users,cn=accounts,dc=example,dc=org\""),
      .groups = directory.required("groups", "\"cn=groups,cn=accounts,dc=example,dc=org\"")};
  if (!phalanx.directory.url.empty() && !phalanx.directory.url.starts_with("ldap://") &&
      !phalanx.directory.url.starts_with("ldaps://"))
    directory.add("'" + phalanx.directory.url + "' is no LDAP server", "url",
                  "url: ldaps://ipa.example.org");
}

// The same trees that the nodes mount, where the inventory says no others.
std::vector<LabVolume> mounted_trees(const Instance& instance) {
  std::vector<LabVolume> volumes;
  for (const Value& mount : items_of(instance.find("nfs_mounts"))) {
    const std::string source = text_of(mount, "source"), path = text_of(mount, "path");
    const std::size_t colon = source.find(":/");
    if (colon == std::string::npos) continue;
    volumes.push_back({.name = base::replace_all(path.substr(1), "/", "-"),
                       .server = source.substr(0, colon),
                       .path = source.substr(colon + 1),
                       .mounted_at = path,
                       .is_read_only = value::boolean_or(mount, "read_only", false)});
  }
  return volumes;
}

std::vector<LabVolume> said_volumes(Reading& lab, const Value& said) {
  std::vector<LabVolume> volumes;
  for (const Value& one : items_of(&said)) {
    LabVolume volume{.name = text_of(one, "name"),
                     .server = text_of(one, "server"),
                     .path = text_of(one, "path"),
                     .mounted_at = text_of(one, "at"),
                     .is_read_only = value::boolean_or(one, "read_only", false)};
    if (volume.name.empty() || volume.path.empty())
      lab.add("a volume of notebooks has a name and a path", "volumes",
              "volumes: [{name: home, server: nfs.example.org, path: /home, at: /home}]");
    if (volume.mounted_at.empty()) volume.mounted_at = volume.path;
    volumes.push_back(std::move(volume));
  }
  return volumes;
}

void take_lab_nodes(const Instance& instance, Phalanx& phalanx) {
  for (const NodeShare& node : instance.nodes) {
    const Value* label = node.labels.find(lab_label);
    if (label == nullptr) continue;
    phalanx.lab.node_labels.set(lab_label, Dict::key_text(*label));
    for (const Value& taint : node.taints) {
      const std::string text = Dict::key_text(taint);
      const std::size_t equal = text.find('='), colon = text.rfind(':');
      if (!text.starts_with(lab_label) || colon == std::string::npos) continue;
      Dict made{{"key", lab_label}, {"effect", text.substr(colon + 1)}};
      made.set("operator", equal < colon ? "Equal" : "Exists");
      if (equal < colon) made.set("value", text.substr(equal + 1, colon - equal - 1));
      phalanx.lab.tolerations = {Value(std::move(made))};
    }
    return;
  }
}

void read_lab(Reading& reading, const Instance& instance, Phalanx& phalanx) {
  Reading lab = reading.below("lab");
  lab.know({"registry", "repository", "pull_secret", "volumes"});
  const std::string registry = lab.text("registry", instance.registry);
  const bool is_own = registry == instance.registry && !registry.empty();
  phalanx.lab.registry = registry.empty() ? "docker.io" : registry;
  phalanx.lab.repository =
      lab.text("repository", is_own ? "vetted/sciplat-lab" : "lsstsqre/sciplat-lab");
  phalanx.lab.pull_secret = lab.text("pull_secret");
  const Value* volumes = lab.find("volumes");
  phalanx.lab.volumes = volumes == nullptr ? mounted_trees(instance) : said_volumes(lab, *volumes);
  take_lab_nodes(instance, phalanx);
  const bool has_home = std::ranges::any_of(
      phalanx.lab.volumes, [](const LabVolume& one) { return one.mounted_at == "/home"; });
  if (phalanx.has("nublado") && !has_home)
    lab.add("nobody's home is served to notebooks", "volumes",
            "one of the volumes is mounted at /home");
}

}  // namespace

bool Phalanx::has(std::string_view application) const {
  return std::ranges::find(applications, application) != applications.end();
}

Phalanx read_phalanx(const Instance& instance, Diagnostics& diagnostics) {
  Reading reading(instance.find("phalanx"), "phalanx", instance.variables, diagnostics);
  reading.know({"environment", "fqdn", "vault_url", "vault_path", "repository", "revision",
                "address", "storage_class", "applications", "databases", "oidc", "ldap", "users",
                "admins", "initial_admins", "lab"});
  Phalanx phalanx;
  phalanx.environment = reading.name("environment", base::replace_all(instance.name, "_", "-"));
  phalanx.fqdn = reading.name("fqdn", instance.domain());
  phalanx.vault_url = reading.url("vault_url", "https://vault.example.org");
  phalanx.vault_path = reading.text("vault_path", "secret/phalanx/" + phalanx.environment);
  phalanx.repository = reading.url("repository", "https://git.example.org/phalanx.git");
  phalanx.revision = reading.text("revision", "main");
  phalanx.address = reading.text("address", instance.text("ingress_address"));
  if (phalanx.address.empty())
    reading.add("'phalanx.address' is missing: what ingress-nginx asks the load balancer for",
                "address", "address: 192.0.2.10");
  phalanx.storage_class = reading.text("storage_class", default_class(instance));
  if (phalanx.storage_class.empty())
    reading.add("'phalanx.storage_class' is missing, and no class is the default", "storage_class",
                "storage_class: local-path");
  phalanx.applications = reading.texts("applications", {"nublado", "portal", "squareone"});
  Reading databases = reading.below("databases");
  databases.know({"gafaelfawr", "nublado"});
  phalanx.gafaelfawr_database = databases.text("gafaelfawr");
  phalanx.nublado_database = databases.text("nublado");
  if (phalanx.has_own_database() && !phalanx.has("postgres"))
    phalanx.applications.emplace_back("postgres");
  std::ranges::sort(phalanx.applications);
  read_login(reading, instance, phalanx);
  read_directory(reading, phalanx);
  phalanx.users = reading.texts("users", {"rsp"});
  phalanx.admins = reading.texts("admins", {"rsp-admins"});
  phalanx.initial_admins = reading.texts("initial_admins");
  if (phalanx.initial_admins.empty())
    reading.add("'phalanx.initial_admins' is missing: who may do all at the first start",
                "initial_admins", "it cannot be mended later: initial_admins: [someone]");
  read_lab(reading, instance, phalanx);
  return phalanx;
}

std::vector<OidcClient> oidc_clients(const Phalanx& phalanx) {
  const std::string at = "https://" + phalanx.fqdn;
  return {{.client = phalanx.login.client,
           .of = "gafaelfawr",
           .redirect_urls = {at + "/login"},
           .secret = phalanx.vault_path + "/gafaelfawr#oidc-client-secret"},
          {.client = phalanx.login.argo_cd_client,
           .of = "argocd",
           .redirect_urls = {at + "/argo-cd/auth/callback"},
           .secret = phalanx.vault_path + "/argocd#dex.clientSecret"}};
}

}  // namespace provisioner::handoff
