// From the inventory to the site's registry.

#include "provisioner/front/cluster/registry_site.h"

#include <algorithm>
#include <set>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/cluster/registry/registry_driver.h"
#include "provisioner/front/cli/instance_names.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cluster/beside_instance.h"
#include "provisioner/front/cluster/registry_accounts.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using value::Value;

const std::vector<std::string> asked = {"ansible_host",          "registry_name",
                                        "registry_address",      "registry_port",
                                        "registry_push_port",    "registry_incoming_port",
                                        "registry_storage",      "registry_incoming_storage",
                                        "registry_kind",         "registry_api_url",
                                        "registry_account",      "registry_ca_file",
                                        "registry_policy",       "registry_families",
                                        "registry_scanner",      "registry_proxies",
                                        "images_lock",           "instance_name",
                                        "registry_full_percent", "registry_push_address",
                                        "registry_pull_through"};

Value value_of(const cli::NamedNode& node, const char* variable) {
  const Value* found = node.variables.find(variable);
  return found == nullptr ? Value() : *found;
}

std::string text_of(const cli::NamedNode& node, const char* variable,
                    const std::string& otherwise) {
  const Value found = value_of(node, variable);
  return found.is_none() ? otherwise : value::Dict::key_text(found);
}

int number_of(const cli::NamedNode& node, const char* variable, const char* what, int most,
              int otherwise) {
  const Value found = value_of(node, variable);
  if (found.is_none()) return otherwise;
  const auto number = value::whole(found);
  if (!number || *number < 1 || *number > most)
    throw Error(Kind::input,
                node.name + ": '" + variable + "' is " + what + ", 1 to " + std::to_string(most),
                found.pos());
  return static_cast<int>(*number);
}

int port_of(const cli::NamedNode& node, const char* variable, int otherwise) {
  return number_of(node, variable, "a port", 65535, otherwise);
}

// A mistake in one is the registry's role to tell.
std::vector<std::string> caches_of(const Value& said) {
  std::vector<std::string> names;
  for (const Value& one : items_of(&said))
    if (const std::string name = value::text_or(one, "name", ""); !name.empty())
      names.push_back(name);
  return names;
}

// As the role `registry` has it in the certificate.
std::string push_address_of(const cli::NamedNode& node) {
  return text_of(
      node, "registry_push_address",
      text_of(node, "ansible_host", text_of(node, "registry_address", node.ssh_address())));
}

// Of the instance that is meant, or of all that the registry's nodes belong to.
std::string lock_path(const cli::RunWords& words, const std::vector<cli::NamedNode>& nodes,
                      const std::string& instance) {
  std::set<std::string> instances;
  if (!instance.empty()) instances.insert(instance);
  for (const cli::NamedNode& node : nodes)
    if (const std::string name = own_instance(node); instance.empty() && !name.empty())
      instances.insert(name);
  return beside_instances(cli::LoadedInventory(words), {instances.begin(), instances.end()},
                          text_of(nodes.front(), "images_lock", "images.lock"));
}

std::string kind_of(const cli::NamedNode& node) {
  std::vector<std::string> kinds = registry::driver_kinds();
  kinds.insert(kinds.begin(), "distribution");
  const std::string kind = text_of(node, "registry_kind", kinds.front());
  if (std::ranges::find(kinds, kind) == kinds.end())
    throw Error(Kind::input,
                node.name + ": 'registry_kind' is one of " + base::join(kinds, ", ") + ", found '" +
                    kind + "'",
                value_of(node, "registry_kind").pos())
        .set_hint(base::suggestion(kind, kinds));
  return kind;
}

RegistrySite site_of(const cli::NamedNode& node) {
  if (node.problem) throw *node.problem;
  RegistrySite site{
      .nodes = {},
      .node_address = node.ssh_address(),
      .name = text_of(node, "registry_name", ""),
      .address = text_of(node, "registry_address", node.ssh_address()),
      .push_address = push_address_of(node),
      .robots_of = own_instance(node),
      .kind = kind_of(node),
      .api_url = text_of(node, "registry_api_url", ""),
      .storage = text_of(node, "registry_storage", "/var/lib/registry"),
      .incoming_storage =
          text_of(node, "registry_incoming_storage",
                  text_of(node, "registry_storage", "/var/lib/registry") + "/incoming"),
      .caches = caches_of(value_of(node, "registry_pull_through")),
      .port = port_of(node, "registry_port", 5000),
      .push_port = port_of(node, "registry_push_port", 5001),
      .incoming_port = port_of(node, "registry_incoming_port", 5002),
      .full_percent = number_of(node, "registry_full_percent", "a percentage", 100, 85),
      .lock = {},
      .account = value_of(node, "registry_account"),
      .ca_file = text_of(node, "registry_ca_file", ""),
      .policy = value_of(node, "registry_policy"),
      .families = value_of(node, "registry_families"),
      .scanner = value_of(node, "registry_scanner"),
      .proxies = value_of(node, "registry_proxies")};
  if (site.name.empty()) site.name = site.address;
  if (site.robots_of.empty()) site.robots_of = "registry";
  return site;
}

// The password lies in a file of its own: an inventory is read by many.
http::Credentials given_account(const RegistrySite& site) {
  const std::string user = value::text_or(site.account, "user", "");
  const std::string file = value::text_or(site.account, "password_file", "");
  if (user.empty() || file.empty() || site.api_url.empty())
    throw Error(Kind::input,
                "a registry of kind '" + site.kind +
                    "' needs 'registry_api_url' and 'registry_account', a dict of "
                    "user and password_file",
                site.account.pos());
  return {user, base::Secret(std::string(base::trim(os::require_file(file))))};
}

std::string authority() { return os::join_path(cli::pki_directory(), "ca.crt"); }

// Of a node that was configured before the controller came by this address, or of a controller that
// has brought no registry yet.
std::string unmet_hint(const RegistrySite& site) {
  if (!os::is_file(authority()))
    return "the site's authority is made with its registry: provisioner cluster up NAME; where "
           "another controller did that, it is in its state (PROVISIONER_STATE)";
  if (site.push_address == site.address) return {};
  return "does the node take connections of this machine there, and has its certificate '" +
         site.push_address + "'? both are so once site.yml has run on " +
         base::join(site.nodes, ", ") +
         "; else, as before: registry_push_address: \"{{ registry_address }}\"";
}

registry::Access access(const RegistrySite& site, int port) {
  if (!site.is_ours())
    return {
        .url = site.api_url, .trust = {.ca_file = site.ca_file}, .account = given_account(site)};
  return {.url = "https://" + site.push_address + ":" + std::to_string(port),
          .trust = {.ca_file = authority()},
          .account = own_account(),
          .unmet_hint = unmet_hint(site)};
}

}  // namespace

std::string RegistrySite::reading_name() const {
  return is_ours() ? name + ":" + std::to_string(port) : name;
}

std::set<std::string> RegistrySite::reading_names() const {
  std::set<std::string> names{reading_name()};
  for (const std::string& host : {name, address, node_address})
    names.insert(is_ours() ? host + ":" + std::to_string(port) : host);
  return names;
}

std::string own_instance(const cli::NamedNode& node) {
  std::string name = text_of(node, "instance_name", "");
  if (name.empty() && node.inventory) name = cli::instance_of_host(*node.inventory, node.name);
  return name;
}

const std::vector<std::string>& registry_variables() { return asked; }

std::set<std::string> reading_names_of(const cli::NamedNode& node) {
  return site_of(node).reading_names();
}

RegistrySite registry_site(const cli::RunWords& words, const std::string& instance) {
  const std::string pattern = instance.empty() ? "registry" : "registry:&instance_" + instance;
  const auto nodes = cli::require_nodes({words, pattern}, asked);
  RegistrySite site = site_of(nodes.front());
  site.lock = lock_path(words, nodes, instance);
  for (const cli::NamedNode& node : nodes) {
    if (node.problem) throw *node.problem;
    if (text_of(node, "registry_address", node.ssh_address()) != site.address)
      throw Error(Kind::usage, "the inventory has several registries: '" + site.address +
                                   "' and '" +
                                   text_of(node, "registry_address", node.ssh_address()) + "'")
          .set_hint("say whose is meant: --instance NAME");
    site.nodes.push_back(node.name);
  }
  return site;
}

std::set<std::string> names_of_other_registries(const cli::RunWords& words,
                                                const RegistrySite& site) {
  std::set<std::string> names;
  for (const cli::NamedNode& node : cli::require_nodes(
           {words, "registry"},
           {"ansible_host", "registry_name", "registry_address", "registry_port", "registry_kind"}))
    if (!node.problem && text_of(node, "registry_address", node.ssh_address()) != site.address)
      names.merge(site_of(node).reading_names());
  for (const std::string& own : site.reading_names()) names.erase(own);
  return names;
}

std::optional<ReadRegistry> registry_read_by(const cli::RunWords& words,
                                             const std::string& instance) {
  const cli::LoadedInventory loaded(words);
  if (loaded.inventory().group("registry") == nullptr) return std::nullopt;
  const std::vector<std::string> registries = loaded.inventory().hosts_of("registry");
  if (registries.empty()) return std::nullopt;
  const auto nodes = cli::instance_nodes(words, instance, {"container_runtime_registry"});
  if (std::ranges::any_of(nodes, [&](const cli::NamedNode& node) {
        return std::ranges::find(registries, node.name) != registries.end();
      })) {
    RegistrySite own = registry_site(words, instance);
    std::string name = own.reading_name();
    return ReadRegistry{std::move(own), std::move(name)};
  }
  std::set<std::string> named;
  for (const cli::NamedNode& node : nodes) {
    if (node.problem) throw *node.problem;
    named.insert(text_of(node, "container_runtime_registry", ""));
  }
  named.erase("");
  if (named.empty()) return std::nullopt;
  for (const cli::NamedNode& node : cli::require_nodes({words, "registry"}, asked)) {
    const std::set<std::string> its = site_of(node).reading_names();
    for (const std::string& name : named)
      if (its.contains(name)) return ReadRegistry{registry_site(words, own_instance(node)), name};
  }
  return std::nullopt;
}

registry::Access own_access(const RegistrySite& site) { return access(site, site.push_port); }
registry::Access incoming_access(const RegistrySite& site) {
  return access(site, site.incoming_port);
}

ClusterWork registry_work(const cli::RunWords& words) {
  ClusterWork work{.words = words,
                   .site = {},
                   .artifacts = {},
                   .artifact_url = {},
                   .directory = os::join_path(cli::state_directory(), "registry")};
  os::make_directories(work.directory, 0700);
  return work;
}

value::List names_of_nodes(const RegistrySite& site) {
  return {site.nodes.begin(), site.nodes.end()};
}

}  // namespace provisioner::cluster
