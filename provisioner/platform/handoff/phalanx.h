#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/platform/handoff/instance.h"
#include "provisioner/platform/handoff/parts.h"

namespace provisioner::handoff {

// A tree that notebooks see: from a server, or mounted on the nodes already where it has none.
struct LabVolume {
  std::string name, server, path, mounted_at;
  bool is_read_only = false;
};

// The inventory's `phalanx`: what an environment is told of this site. No secret is in it.
struct Phalanx {
  std::string environment, fqdn, vault_url, vault_path, repository, revision, address,
      storage_class;
  std::vector<std::string> applications = {};         // besides those that every environment has
  std::string gafaelfawr_database, nublado_database;  // URLs; "" is the environment's own postgres
  struct {
    std::string issuer, client, login, token, claim, argo_cd_client;
  } login = {};
  struct {
    std::string url, bind, users, groups;
  } directory = {};
  std::vector<std::string> users = {}, admins = {}, initial_admins = {};
  struct {
    std::string registry, repository, pull_secret;
    value::Dict node_labels = {};
    value::List tolerations = {};
    std::vector<LabVolume> volumes = {};
  } lab = {};

  bool has(std::string_view application) const;
  bool has_own_database() const { return gafaelfawr_database.empty() || nublado_database.empty(); }
};

// Throws nothing: what is wrong goes to `diagnostics` with its place.
Phalanx read_phalanx(const Instance& instance, base::Diagnostics& diagnostics);

// phalanx/: files for the fork, a template for its secrets, the vault's policies, the commands.
Files phalanx_files(const Instance& instance, const Phalanx& phalanx);
std::vector<OidcClient> oidc_clients(const Phalanx& phalanx);

// Values of each application, by its name; a dict that may be empty.
std::map<std::string, value::Value> application_values(const Phalanx& phalanx);

}  // namespace provisioner::handoff
