// What a Phalanx environment needs to know of a site.

#include "provisioner/platform/handoff/phalanx.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/reading.h"
#include "provisioner/platform/handoff/standard_names.h"
#include "provisioner/platform/profile/releases.h"
#include "provisioner/platform/users/identity.h"

namespace provisioner::handoff {
namespace {

using base::Diagnostics;
using value::Dict;
using value::List;
using value::Value;

// Nublado's own: whoever bears it takes notebooks.
constexpr const char* lab_label = "nublado.lsst.io/permitted";

// A claim of a file system that is shared has a size by name alone.
constexpr const char* standard_claim = "1Gi";
constexpr const char* standard_pull_secret = "pull-secret";
constexpr const char* standard_work_area = "100Gi";
constexpr std::int64_t most_requests = 1'000'000;

std::string default_class(const Instance& instance) {
  for (const Value& one : items_of(instance.find("storage_classes")))
    if (value::boolean_or(one, "default", false)) return text_of(one, "name");
  return "";
}

void read_login(StrictDict& reading, const Instance& instance, Phalanx& phalanx) {
  StrictDict login = reading.below("oidc");
  know(login, {"issuer",
               {"client_id", forms::client_id},
               {"login_url", forms::url},
               {"token_url", forms::url},
               {"username_claim", forms::client_id},
               {"argo_cd_client_id", forms::client_id}});
  phalanx.login.issuer = url_in(login, "issuer", "https://keycloak.example.org/realms/site");
  phalanx.login.client = login.text("client_id", "rsp-" + instance.name);
  phalanx.login.claim = login.text("username_claim", "preferred_username");
  phalanx.login.argo_cd_client = login.text("argo_cd_client_id", "argocd");
  // Keycloak's are known by its issuer's form.
  const bool is_keycloak =
      phalanx.login.issuer.empty() || phalanx.login.issuer.find("/realms/") != std::string::npos;
  const std::string base = phalanx.login.issuer + "/protocol/openid-connect/";
  phalanx.login.login = is_keycloak ? login.text("login_url", base + "auth")
                                    : url_in(login, "login_url", phalanx.login.issuer + "/auth");
  phalanx.login.token = is_keycloak ? login.text("token_url", base + "token")
                                    : url_in(login, "token_url", phalanx.login.issuer + "/token");
}

void read_directory(StrictDict& reading, Phalanx& phalanx) {
  StrictDict directory = reading.below("ldap");
  know(directory, {{"url", forms::directory_url, Empty::read_on},
                   "bind",
                   {"users", forms::directory_entry, Empty::read_on},
                   {"groups", forms::directory_entry, Empty::read_on}});
  phalanx.directory = {
      .url = directory.required("url", "ldaps://ipa.example.org"),
      .bind = directory.text("bind"),
      .users = directory.required("users", "\"cn=users,cn=accounts,dc=example,dc=org\""),
      .groups = directory.required("groups", "\"cn=groups,cn=accounts,dc=example,dc=org\"")};
}

// The same trees that the nodes mount, where the inventory says no others.
std::vector<LabVolume> mounted_trees(const Instance& instance) {
  std::vector<LabVolume> volumes;
  for (const Value& mount : items_of(instance.find("nfs_mounts"))) {
    const std::string source = text_of(mount, "source"), path = text_of(mount, "path");
    const std::size_t colon = source.find(":/");
    if (colon == std::string::npos || path.empty()) continue;
    volumes.push_back({.name = base::replace_all(path.substr(1), "/", "-"),
                       .server = source.substr(0, colon),
                       .path = source.substr(colon + 1),
                       .mounted_at = path,
                       .is_read_only = value::boolean_or(mount, "read_only", false)});
  }
  return volumes;
}

std::vector<LabVolume> said_volumes(StrictDict& lab, const TextForm& classes) {
  std::vector<LabVolume> volumes;
  for (const Value& one : lab.dicts("volumes")) {
    StrictDict said(&one, "phalanx.lab.volumes", one, lab.diagnostics());
    know(said, {{"name", forms::volume_name},
                {"server", forms::host, Empty::read_on},
                {"path", forms::absolute_path},
                {"at", forms::absolute_path},
                {"class", classes},
                {"size", forms::quantity},
                "read_only"});
    LabVolume volume{.name = said.text("name"),
                     .server = said.text("server"),
                     .path = said.text("path"),
                     .mounted_at = said.text("at"),
                     .class_name = said.text("class"),
                     .size = said.text("size", standard_claim),
                     .is_read_only = said.boolean("read_only", false)};
    const bool is_claim = said.is_said("class");
    if (is_claim && (said.is_said("server") || said.is_said("path")))
      said.add("a volume of notebooks is of a class, or of a server and a path", "class",
               "of a class: {name: home, class: site-home, at: /home}");
    if (!said.is_said("name") || !said.is_said(is_claim ? "at" : "path"))
      said.add(is_claim ? "a claim of notebooks has a name and a place"
                        : "a volume of notebooks has a name and a path",
               "",
               is_claim ? "volumes: [{name: home, class: site-home, at: /home}]"
                        : "volumes: [{name: home, server: nfs.example.org, path: /home, "
                          "at: /home}]");
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

// As `users report` and the gates are told of the exports that homes lie on. Its mistakes are told
// where variables are looked at.
bool are_homes_by_initial(const Instance& instance) {
  const Value* said = instance.find("identity");
  if (said == nullptr) return false;
  Diagnostics told_already;
  return std::ranges::any_of(users::identity_said(*said, told_already).exports,
                             &users::Export::is_by_initial);
}

// `phalanx_portal`, which the gates go by as well.
Portal read_portal(const Instance& instance, Diagnostics& diagnostics) {
  StrictDict said(instance.find("phalanx_portal"), "phalanx_portal", instance.variables,
                  diagnostics);
  know(said, {{"memory", forms::quantity}, "replicas", "workarea"});
  Portal portal{.memory = said.text("memory"), .replicas = said.number("replicas", 1, 100, 1)};
  StrictDict area = said.below("workarea");
  const TextForm classes = class_form(instance);
  know(area,
       {"nfs", {"host_path", forms::absolute_path}, {"class", classes}, {"size", forms::quantity}});
  if (area.is_said("nfs")) {
    StrictDict nfs = area.below("nfs");
    know(nfs,
         {{"server", forms::host, Empty::read_on}, {"path", forms::absolute_path, Empty::read_on}});
    portal.work_area.set("nfs", Dict{{"server", nfs.required("server", "nfs.example.org")},
                                     {"path", nfs.required("path", "/portal")}});
  }
  if (area.is_said("host_path"))
    portal.work_area.set("hostPath", Dict{{"path", area.text("host_path")}});
  if (area.is_said("class"))
    portal.work_area.set("pvc", Dict{{"storageClass", area.text("class")},
                                     {"size", area.text("size", standard_work_area)}});
  if (portal.work_area.size() > 1)
    area.add("the portal's pods share one work area, found several", "",
             "nfs: {server, path}, or host_path, or class with size");
  if (portal.replicas > 1 && portal.work_area.is_empty() && !said.is_wrong())
    said.add("the portal's " + std::to_string(portal.replicas) + " pods have nothing to share",
             "replicas", "workarea: {nfs: {server: nfs.example.org, path: /portal}}");
  return portal;
}

bool is_above_nothing(const Value& number) {
  const std::string text = Dict::key_text(number);
  double read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(read) &&
         read > 0;
}

// What one user may take: {notebook: {cpu, memory}} in cores and GiB, {api: {tap: 500}} requests.
Dict read_quota(StrictDict& reading) {
  StrictDict said = reading.below("quota");
  know(said, {"api", "notebook", "tap"});
  StrictDict notebook = said.below("notebook");
  know(notebook, {"cpu", "memory"});
  for (const char* key : {"cpu", "memory"})
    if (notebook.has(key, value::Form::scalar) && !is_above_nothing(*notebook.find(key)))
      notebook.add("'" + Dict::key_text(*notebook.find(key)) + "' is no number above 0", key,
                   "as 4, or 0.5");
  Dict quota;
  if (said.is_said("notebook") && !said.is_wrong())
    for (const char* key : {"cpu", "memory"}) notebook.add_missing(key, "4");
  for (const char* part : {"api", "notebook", "tap"})
    if (said.has(part, value::Form::dict)) quota.set(part, *said.find(part));
  StrictDict api = said.below("api");
  for (const auto& [key, unused] : api.value().dict())
    api.number(Dict::key_text(key), 0, most_requests, 0);
  return quota;
}

void read_lab(StrictDict& reading, const Instance& instance, Phalanx& phalanx) {
  StrictDict lab = reading.below("lab");
  know(lab, {{"registry", forms::image_registry, Empty::read_on},
             {"repository", forms::image_repository},
             {"pull_secret", forms::object_name, Empty::read_on},
             "volumes"});
  phalanx.lab.registry = notebook_registry(lab.text("registry"), instance.registry);
  const bool is_own = phalanx.lab.registry == instance.registry;
  phalanx.lab.repository =
      lab.text("repository", is_own ? "vetted/sciplat-lab" : "lsstsqre/sciplat-lab");
  phalanx.lab.pull_secret = lab.text("pull_secret", standard_pull_secret);
  phalanx.lab.volumes =
      lab.is_said("volumes") ? said_volumes(lab, class_form(instance)) : mounted_trees(instance);
  phalanx.lab.homes_by_initial = are_homes_by_initial(instance);
  phalanx.lab.makes_homes = value::boolean_or(instance.variables, "phalanx_init_homes", true);
  take_lab_nodes(instance, phalanx);
  if (phalanx.has("nublado") && phalanx.lab.home_volume().empty() && !lab.is_wrong())
    lab.add("nobody's home is served to notebooks", "volumes",
            "one of the volumes is mounted at /home");
}

}  // namespace

std::string Phalanx::Lab::home_volume() const {
  const auto found = std::ranges::find(volumes, std::string_view("/home"), &LabVolume::mounted_at);
  return found == volumes.end() ? "" : found->name;
}

bool Phalanx::has(std::string_view application) const {
  return std::ranges::find(applications, application) != applications.end();
}

Phalanx read_phalanx(const Instance& instance, Diagnostics& diagnostics) {
  StrictDict reading(instance.find("phalanx"), "phalanx", instance.variables, diagnostics);
  const TextForm classes = class_form(instance);
  know(reading, {"environment",
                 "fqdn",
                 "vault_url",
                 {"vault_path", forms::path},
                 "repository",
                 {"revision", forms::git_revision},
                 {"address", forms::ip_address, Empty::read_on},
                 {"storage_class", classes, Empty::read_on},
                 {"applications", forms::phalanx_application},
                 "databases",
                 "oidc",
                 "ldap",
                 {"users", forms::group_name},
                 {"admins", forms::group_name},
                 {"initial_admins", forms::user_name},
                 "lab",
                 "quota"});
  Phalanx phalanx;
  phalanx.environment = name_in(reading, "environment", standard_environment(instance.name));
  phalanx.fqdn = name_in(reading, "fqdn", phalanx_name(instance.variables));
  phalanx.vault_url = url_in(reading, "vault_url", "https://vault.example.org");
  phalanx.vault_path = reading.text("vault_path", standard_vault_path(phalanx.environment));
  phalanx.repository = url_in(reading, "repository", "https://git.example.org/phalanx.git");
  phalanx.revision = reading.text("revision", profile::standard_phalanx);
  phalanx.address = reading.text("address", phalanx_address(instance.variables));
  if (phalanx.address.empty())
    reading.add_missing("address", "192.0.2.10", "what ingress-nginx asks the load balancer for");
  if (phalanx.address != instance.text("phalanx_address"))  // of which it is told there
    check_in_pools(reading, "address", instance);
  phalanx.storage_class = reading.text("storage_class", default_class(instance));
  if (phalanx.storage_class.empty())
    reading.add_missing("storage_class", "local-path", "no class is the default");
  phalanx.applications = texts_in(reading, "applications", {"nublado", "portal", "squareone"});
  StrictDict databases = reading.below("databases");
  know(databases, {{"gafaelfawr", forms::database_url, Empty::read_on},
                   {"nublado", forms::database_url, Empty::read_on}});
  phalanx.gafaelfawr_database = databases.text("gafaelfawr");
  phalanx.nublado_database = databases.text("nublado");
  if (phalanx.has_own_database() && !phalanx.has("postgres"))
    phalanx.applications.emplace_back("postgres");
  std::ranges::sort(phalanx.applications);
  read_login(reading, instance, phalanx);
  read_directory(reading, phalanx);
  phalanx.users = texts_in(reading, "users", {"rsp"});
  phalanx.admins = texts_in(reading, "admins", {"rsp-admins"});
  phalanx.initial_admins = texts_in(reading, "initial_admins");
  if (phalanx.initial_admins.empty())
    reading.add_missing("initial_admins", "[someone]",
                        "who may do all at the first start, which cannot be mended later");
  read_lab(reading, instance, phalanx);
  phalanx.quota = read_quota(reading);
  phalanx.portal = read_portal(instance, diagnostics);
  phalanx.serves_files = instance.owners.owner_of("file_access") == profile::Owner::platform;
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
