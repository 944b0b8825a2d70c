#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/cluster/registry/registry_client.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/front/cluster/cluster_stages.h"

namespace provisioner::cluster {

// The site's registry as the inventory has it: the nodes of the group `registry`.
struct RegistrySite {
  std::vector<std::string> nodes;
  std::string node_address;   // of the first, as SSH reaches it
  std::string name, address;  // as clusters know it
  std::string push_address;   // `registry_push_address`: as we reach it
  std::string robots_of;      // whose its robots are: of its instance, else of the group
  std::string kind;           // `registry_kind`
  std::string api_url;        // `registry_api_url`: of a registry that others look after
  std::string storage, incoming_storage;
  std::vector<std::string> caches;  // of other registries: names in `registry_pull_through`
  int port = 0, push_port = 0, incoming_port = 0;
  int full_percent = 0;  // `registry_full_percent`: a disk with more in use is told of
  std::string lock;      // path of images.lock: beside the layer that holds the instance
  value::Value account;  // `registry_account` of one that others look after
  std::string ca_file;   // `registry_ca_file` of one; "" is the system's
  value::Value policy, families, scanner, proxies;

  bool is_ours() const { return kind == "distribution"; }
  std::string reading_name() const;             // "registry.example.org:5000": how pods name it
  std::set<std::string> reading_names() const;  // and by its addresses
};

// `instance` says which, where an inventory has several. Throws Error(usage) for none or several,
// Error(input) where the inventory has mistakes.
RegistrySite registry_site(const cli::RunWords& words, const std::string& instance);

// The registry whose images an instance runs, and how its pods name it: "registry.lab:5000".
struct ReadRegistry {
  RegistrySite site;
  std::string name;
};
// Its own, else the one of another instance that its nodes name (`container_runtime_registry`).
// Nullopt for none of the inventory's. Throws as registry_site, and why a node cannot be evaluated.
std::optional<ReadRegistry> registry_read_by(const cli::RunWords& words,
                                             const std::string& instance);

// Whose a node is: by its variable `instance_name`, else by its group `instance_NAME`; "" for none.
std::string own_instance(const cli::NamedNode& node);

// Variables that it is made of, of each of its nodes.
const std::vector<std::string>& registry_variables();
// By what a registry is read of which this is a node with these. Throws Error(input) where it can
// be none.
std::set<std::string> reading_names_of(const cli::NamedNode& node);

// By what the inventory's other registries are read. One that cannot be evaluated is left out.
std::set<std::string> names_of_other_registries(const cli::RunWords& words,
                                                const RegistrySite& site);

// As whom the provisioner comes to the registry itself, and to what comes in there.
registry::Access own_access(const RegistrySite& site);
registry::Access incoming_access(const RegistrySite& site);

// What its playbooks are run with: run_stage(work, PLAYBOOK, variables).
ClusterWork registry_work(const cli::RunWords& words);
value::List names_of_nodes(const RegistrySite& site);

}  // namespace provisioner::cluster
