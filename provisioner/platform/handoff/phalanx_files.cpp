// phalanx/: files for the fork, a template for its secrets, the vault's policies, the commands.

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/phalanx.h"
#include "provisioner/platform/handoff/phalanx_install.h"
#include "provisioner/platform/handoff/yaml_text.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::List;
using value::Value;

Value environment_values(const Phalanx& phalanx) {
  Dict applications;
  for (const std::string& one : phalanx.applications) applications.set(one, true);
  return Dict{{"name", phalanx.environment},           {"fqdn", phalanx.fqdn},
              {"appOfAppsName", "science-platform"},   {"vaultUrl", phalanx.vault_url},
              {"vaultPathPrefix", phalanx.vault_path}, {"applications", std::move(applications)}};
}

// A secret that nobody can make but people: Phalanx makes all others itself.
struct StaticSecret {
  const char* application;
  const char* key;
  const char* description;
};

std::vector<StaticSecret> static_secrets(const Phalanx& phalanx) {
  std::vector<StaticSecret> all = {
      {"argocd", "dex.clientSecret", "Of Argo CD's client at the site's issuer."},
      {"gafaelfawr", "oidc-client-secret", "Of Gafaelfawr's client at the site's issuer."},
      {"ingress-nginx", "tls.crt", "The certificate for the environment's name, with its chain."},
      {"ingress-nginx", "tls.key", "Its key."}};
  if (!phalanx.gafaelfawr_database.empty())
    all.push_back({"gafaelfawr", "database-password", "Of its role in the site's PostgreSQL."});
  if (!phalanx.directory.bind.empty())
    all.push_back({"gafaelfawr", "ldap-password", "Of the entry that it binds to LDAP as."});
  if (phalanx.has("nublado") && !phalanx.nublado_database.empty())
    all.push_back({"nublado", "hub_db_password", "Of its role in the site's PostgreSQL."});
  if (phalanx.has("squareone"))
    all.push_back({"squareone", "sentry-dsn", "Of a Sentry project; any URL where there is none."});
  return all;
}

std::string static_secrets_text(const Phalanx& phalanx) {
  Dict applications;
  for (const StaticSecret& one : static_secrets(phalanx)) {
    Dict keys;
    if (const Value* found = applications.find(one.application)) keys = found->dict();
    keys.set(one.key, Dict{{"description", one.description}, {"value", Value()}});
    applications.set(one.application, std::move(keys));
  }
  // `phalanx secrets sync` writes the secret only where a registry is named, and without it
  // Nublado's controller does not start, whether or not that registry asks for names
  // (lsst-sqre/phalanx, src/phalanx/services/secrets.py, applications/nublado/templates/
  // controller-deployment.yaml).
  Dict registries;
  if (phalanx.has("nublado"))
    registries.set(phalanx.lab.registry, Dict{{"username", Value()}, {"password", Value()}});
  return "# For `phalanx secrets sync --secrets`. Fill in a copy outside of any repository, and "
         "remove it "
         "after.\n"
         "# Applications besides those that are known here: phalanx secrets static-template " +
         phalanx.environment + "\n" +
         yaml_text(Dict{{"applications", std::move(applications)},
                        {"oidc-clients", Dict()},
                        {"pull-secret", Dict{{"description",
                                              "For images of notebooks. A registry that asks "
                                              "nobody who they are takes any name and password."},
                                             {"registries", std::move(registries)}}},
                        {"vault-write-token", Value()}});
}

std::string rule(const std::string& path, const std::string& words) {
  return "path \"" + path + "\" {\n  capabilities = [" + words + "]\n}\n";
}

// As Phalanx's own command makes them: one level below the environment's path.
std::string read_policy(const std::string& mount, const std::string& path) {
  return "# vault policy write " + path + "/read read.hcl\n" +
         rule(mount + "/data/" + path + "/+", "\"read\"") +
         rule(mount + "/metadata/" + path + "/+", "\"list\", \"read\"");
}

std::string write_policy(const std::string& mount, const std::string& path) {
  std::string text = "# vault policy write " + path + "/write write.hcl\n";
  for (const std::string& below : {std::string(), std::string("/+")})
    text += rule(mount + "/data/" + path + below, "\"create\", \"delete\", \"read\", \"update\"") +
            rule(mount + "/metadata/" + path + below, "\"delete\", \"list\", \"read\", \"update\"");
  for (const char* verb : {"delete", "destroy", "undelete"})
    text += rule(mount + "/" + verb + "/" + path + "/+", "\"update\"");
  return text;
}

// What differs between instances, before that which is the same for all: it stops where people have
// something to do, and is started again after that.
std::string install_script(const Instance& instance, const Phalanx& phalanx) {
  std::string text = "#!/bin/sh\n# Brings Phalanx onto " + instance.name +
                     ". Run it in a clone of " + phalanx.repository +
                     ", with the bundle's path as its argument;\n"
                     "# kubectl and helm point at the cluster, and VAULT_ADDR at " +
                     phalanx.vault_url +
                     ".\n# It stops where people have something to do.\nset -eu\n";
  for (const auto& [name, value] : {std::pair{"environment", phalanx.environment},
                                    {"repository", phalanx.repository},
                                    {"revision", phalanx.revision}})
    text += std::string(name) + "=" + base::shell_quote(value) + "\n";
  return text + std::string(phalanx_install());
}

}  // namespace

std::vector<std::string> phalanx_steps(const Phalanx& phalanx) {
  return {
      "Register the clients of `identity/oidc-clients.yaml` at the issuer, each with its "
      "redirect URL. Have the names of\n`network/dns.zone` in DNS. Have the load balancer keep "
      "the address " +
          phalanx.address + " for the ingress that Phalanx brings.\n",
      "In a clone of the fork (" + phalanx.repository +
          "), with git, kubectl, helm, argocd and Phalanx's own command there, and kubectl's\n"
          "current context being this cluster; BUNDLE is the absolute path of this folder:\n\n"
          "    export VAULT_ADDR=" +
          phalanx.vault_url +
          "\n    sh BUNDLE/phalanx/install.sh BUNDLE\n\nIt stops and says where people have "
          "something to do (roles of the vault, secrets), and is started again after that.\n"};
}

Files phalanx_files(const Instance& instance, const Phalanx& phalanx) {
  const std::string values = "values-" + phalanx.environment + ".yaml";
  const std::string comment = "# Made for " + instance.name + " of what its inventory says.\n";
  Files files;
  files["phalanx/environments/" + values] = comment + yaml_text(environment_values(phalanx));
  for (const auto& [application, said] : application_values(phalanx))
    files["phalanx/applications/" + application + "/" + values] =
        said.dict().is_empty() ? comment + "# Nothing is told to it.\n{}\n"
                               : comment + yaml_text(said);
  files["phalanx/static-secrets.yaml"] = static_secrets_text(phalanx);
  const std::size_t slash = phalanx.vault_path.find('/');
  const std::string mount = phalanx.vault_path.substr(0, slash);
  const std::string path =
      slash == std::string::npos ? phalanx.environment : phalanx.vault_path.substr(slash + 1);
  files["phalanx/vault/read.hcl"] = read_policy(mount, path);
  files["phalanx/vault/write.hcl"] = write_policy(mount, path);
  files["phalanx/install.sh"] = install_script(instance, phalanx);
  return files;
}

}  // namespace provisioner::handoff
