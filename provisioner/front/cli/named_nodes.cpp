// Machines of an inventory, for the commands that talk to their BMCs.

#include "provisioner/front/cli/named_nodes.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <iostream>
#include <thread>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/engine/run/connection_settings.h"
#include "provisioner/engine/run/run_surroundings.h"
#include "provisioner/front/cli/ends_all.h"
#include "provisioner/front/cli/instance_names.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/tell_warnings.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/language/inventory/host_pattern.h"
#include "provisioner/language/inventory/host_scope.h"
#include "provisioner/language/inventory/select_hosts.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

// What the names of a range mean, as terms that begin with `sign`. Of those that the inventory does
// not know the first one stays, since a list that only takes away would mean all others; they are
// told in one line, and not in one each.
std::vector<std::string> terms_of_range(const std::string& range, const std::string& sign,
                                        const inventory::Inventory& inventory,
                                        base::Diagnostics& found) {
  std::vector<std::string> terms;
  std::size_t unknown = 0;
  for (const std::string& name : inventory::expand_ranges(range, {})) {
    const bool is_known = inventory.host(name) != nullptr || inventory.group(name) != nullptr ||
                          name.find_first_of("*?") != std::string::npos;
    if (is_known || unknown++ == 0) terms.push_back(sign + name);
  }
  if (unknown > 1)
    found.warn(Error(Kind::input, "of '" + range + "' " + base::counted(unknown, "name") +
                                      " are no host and no group of the inventory"));
  return terms;
}

// "n[01:03]" as inventories write names. To Ansible that is a part of group n: where there is none,
// names are meant. In an intersection there is but one term, which stays as it is.
std::string with_ranges(const std::string& pattern, const inventory::Inventory& inventory,
                        base::Diagnostics& found) {
  std::vector<std::string> terms;
  for (const std::string& term : inventory::split_pattern(pattern)) {
    const std::string sign = term.starts_with('!') ? "!" : "";
    const std::size_t open = term.find('[');
    const std::string head = open == std::string::npos ? "" : term.substr(0, open);
    const bool is_ansible = head.empty() || head.find_first_of("&~@*?") != std::string::npos ||
                            inventory.group(head.substr(sign.size())) != nullptr;
    const std::vector<std::string> meant =
        is_ansible ? std::vector{term}
                   : terms_of_range(term.substr(sign.size()), sign, inventory, found);
    terms.insert(terms.end(), meant.begin(), meant.end());
  }
  return base::join(terms, ",");
}

bool asks_for_ssh(const std::vector<std::string>& variables) {
  return std::ranges::find_first_of(variables, ssh_variables) != variables.end();
}

NamedNode named(const run::World& world, const std::string& name,
                const std::vector<std::string>& variables,
                const std::vector<std::string>& if_known) {
  const inventory::Inventory& inventory = *world.inventory;
  std::shared_ptr<const run::ServerSettings> server;
  try {
    if (asks_for_ssh(variables)) {
      run::TaskScope scope(world, name, nullptr);
      server = std::make_shared<const run::ServerSettings>(run::server_settings(scope, name));
    }
    NamedNode named{.name = name,
                    .node = inventory::effective_node(inventory, *world.templar, name),
                    .inventory = world.inventory};
    inventory::HostScope scope(inventory, *world.templar, name);
    for (const std::string& variable : variables)
      if (const auto value = scope.variable(variable)) named.variables.set(variable, *value);
    set_known(scope, if_known, named.variables);
    named.server = std::move(server);
    return named;
  } catch (const Error& error) {
    return {.name = name, .problem = error, .server = std::move(server)};
  }
}

std::vector<std::string> names_meant(const NodeWords& words, const inventory::Inventory& inventory,
                                     base::Diagnostics& found) {
  if (words.instance.empty())
    return inventory.select(with_ranges(words.pattern, inventory, found), found);
  const std::vector<std::string> instances = instance_names(inventory);
  if (std::ranges::find(instances, words.instance) == instances.end())
    throw unknown_instance(words.instance, instances);
  return inventory.hosts_of(instance_group(words.instance));
}

}  // namespace

const std::vector<std::string> ssh_variables = {"ansible_host"};

std::optional<value::Value> known(inventory::HostScope& scope, const std::string& variable) {
  try {
    return scope.variable(variable);
  } catch (const Error& error) {
    if (ends_all(error)) throw;
    return std::nullopt;
  }
}

void set_known(inventory::HostScope& scope, const std::vector<std::string>& names,
               value::Dict& variables) {
  for (const std::string& name : names)
    if (const auto value = known(scope, name)) variables.set(name, *value);
}

void add_node_words(CLI::App& command, NodeWords& words, const char* positional) {
  command
      .add_option(positional, words.pattern, "a node, names as n[01:03], or a pattern as for -l")
      ->required();
  add_inventory_options(command, words.run, "inventory that says how the nodes' BMCs are reached");
}

std::string NamedNode::ssh_address() const {
  const value::Value* host = variables.find("ansible_host");
  return host != nullptr && host->is_string() ? host->text() : name;
}

transport::SshSettings NamedNode::ssh_settings() const {
  if (server) return transport::ssh_settings(server->endpoint, server->access);
  if (problem) throw *problem;
  throw Error(Kind::bug, "nobody has asked where '" + name + "' is reached");
}

transport::SshPlace NamedNode::ssh_place() const {
  const transport::SshSettings settings = ssh_settings();
  return {settings.address, static_cast<std::uint16_t>(settings.port)};
}

bool NamedNode::is_this_machine() const {
  return server && server->endpoint.kind == transport::Endpoint::Kind::local;
}

bool NamedNode::is_behind_another() const {
  return is_this_machine() || !ssh_settings().is_direct();
}

metal::Access NamedNode::access() const {
  if (problem) throw *problem;
  return metal::access_of(node, state_directory());
}

std::optional<std::vector<NamedNode>> named_nodes(const NodeWords& words,
                                                  const std::vector<std::string>& variables,
                                                  Others others) {
  base::Diagnostics found;
  const run::Options options = run_options(words.run, AnsibleConfig::load(found), found);
  require_inventory(options);
  run::RunSurroundings surroundings(options.vault_secrets);
  const jinja::Templar templar(surroundings);
  const auto inventory = std::make_shared<const inventory::Inventory>(inventory::Inventory::load(
      {options.inventories, os::absolute(".")}, vault_opener(options.vault_secrets), found));
  run::World world;  // for lookups: they begin beside the inventory, and here
  world.options = &options;
  world.inventory = inventory;
  world.templar = &templar;
  world.playbook_directory = os::absolute(".");
  world.inventory_sources = options.inventories;
  surroundings.set_world(&world);
  // Names that a file which cannot be read would have brought are no mistake of who asks for them.
  const std::vector<std::string> names =
      found.has_errors() ? std::vector<std::string>() : names_meant(words, *inventory, found);
  tell_warnings(found);
  if (found.has_errors()) {
    std::cerr << found.render(" in the inventory") << "\n";
    return std::nullopt;
  }
  if (names.empty())
    throw Error(Kind::usage, "no node of the inventory is meant by '" + words.pattern + "'")
        .set_hint("see: provisioner inventory graph");
  std::vector<NamedNode> nodes;
  for (const std::string& name : others == Others::listed ? inventory->host_names() : names) {
    nodes.push_back(named(world, name, variables, words.if_known));
    nodes.back().folder = inventory->directory_of(name).value_or("");
    nodes.back().is_meant = std::ranges::find(names, name) != names.end();
  }
  return nodes;
}

std::vector<std::string> names_of(const std::vector<NamedNode>& nodes) {
  std::vector<std::string> names;
  for (const NamedNode& node : nodes) names.push_back(node.name);
  return names;
}

std::vector<NamedNode> require_nodes(const NodeWords& words,
                                     const std::vector<std::string>& variables) {
  auto nodes = named_nodes(words, variables);
  if (!nodes) throw Error(Kind::input, "the inventory has mistakes");
  return *std::move(nodes);
}

std::vector<NamedNode> instance_nodes(const RunWords& words, const std::string& instance,
                                      const std::vector<std::string>& variables) {
  return require_nodes({.run = words, .pattern = {}, .instance = instance}, variables);
}

void for_each_at_once(std::size_t count, std::size_t most,
                      const std::function<void(std::size_t at)>& body) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t at = next++; at < count; at = next++) body(at);
  };
  std::vector<std::jthread> threads;
  while (threads.size() + 1 < std::min(count, most)) threads.emplace_back(work);
  work();
}

}  // namespace provisioner::cli
