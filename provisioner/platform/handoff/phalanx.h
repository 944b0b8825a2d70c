#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/platform/handoff/instance.h"
#include "provisioner/platform/handoff/parts.h"

namespace provisioner::handoff {

// A tree that notebooks see: from a server, a claim of a class for each notebook, or mounted on the
// nodes already where it has neither.
struct LabVolume {
  std::string name, server, path, mounted_at;
  std::string class_name = {}, size = {};
  bool is_read_only = false;
};

// Where pods of the portal put what they share, and how much they may take. At most one of the
// kinds of `work_area` is said.
struct Portal {
  std::string memory = {};
  std::int64_t replicas = 1;
  value::Dict work_area = {};  // as the chart has it: {nfs: {server, path}}
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
  struct Lab {
    std::string registry, repository, pull_secret;
    value::Dict node_labels = {};
    value::List tolerations = {};
    std::vector<LabVolume> volumes = {};
    bool homes_by_initial = false;  // /home/a/alice
    bool makes_homes = true;        // by a container that writes there as root

    std::string home_volume() const;  // the name of what is at /home; "" where nothing is
  } lab = {};
  Portal portal = {};
  value::Dict quota = {};  // of each user, as Gafaelfawr takes it
  bool serves_files = false;

  bool has(std::string_view application) const;
  bool has_own_database() const { return gafaelfawr_database.empty() || nublado_database.empty(); }
};

// Throws nothing: what is wrong goes to `diagnostics` with its place.
Phalanx read_phalanx(const Instance& instance, base::Diagnostics& diagnostics);

// phalanx/: files for the fork, a template for its secrets, the vault's policies, the commands.
Files phalanx_files(const Instance& instance, const Phalanx& phalanx);
// From a bundle that was verified to an environment that runs, a text each, for people.
std::vector<std::string> phalanx_steps(const Phalanx& phalanx);
std::vector<OidcClient> oidc_clients(const Phalanx& phalanx);

// Values of each application, by its name; a dict that may be empty.
std::map<std::string, value::Value> application_values(const Phalanx& phalanx);

}  // namespace provisioner::handoff
