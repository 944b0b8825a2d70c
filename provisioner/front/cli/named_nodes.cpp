// Machines of an inventory, for the commands that talk to their BMCs.

#include "provisioner/front/cli/named_nodes.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <charconv>
#include <iostream>
#include <thread>

#include "provisioner/base/os/files.h"
#include "provisioner/base/base/text.h"
#include "provisioner/engine/run/run_surroundings.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/language/inventory/host_pattern.h"
#include "provisioner/language/inventory/host_scope.h"
#include "provisioner/language/inventory/select_hosts.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

// "n[01:03]" as inventories write names. To Ansible that is a part of group n: where there is none,
// names are meant. In an intersection there is but one term, which stays as it is.
std::string with_ranges(const std::string& pattern, const inventory::Inventory& inventory) {
  std::vector<std::string> terms;
  for (const std::string& term : inventory::split_pattern(pattern)) {
    const std::string sign = term.starts_with('!') ? "!" : "";
    const std::size_t open = term.find('[');
    const std::string head = open == std::string::npos ? "" : term.substr(0, open);
    const bool is_ansible = head.empty() || head.find_first_of("&~@*?") != std::string::npos ||
                            inventory.group(head.substr(sign.size())) != nullptr;
    if (is_ansible)
      terms.push_back(term);
    else
      for (const std::string& name : inventory::expand_ranges(term.substr(sign.size()), {}))
        terms.push_back(sign + name);
  }
  return base::join(terms, ",");
}

NamedNode named(const inventory::Inventory& inventory, const jinja::Templar& templar,
                const std::string& name, const std::vector<std::string>& variables) {
  try {
    NamedNode named{.name = name, .node = inventory::effective_node(inventory, templar, name)};
    inventory::HostScope scope(inventory, templar, name);
    for (const std::string& variable : variables)
      if (const auto value = scope.variable(variable)) named.variables.set(variable, *value);
    return named;
  } catch (const Error& error) {
    return {.name = name, .problem = error};
  }
}

}  // namespace

const std::vector<std::string> ssh_variables = {"ansible_host", "ansible_port",
                                                "ansible_ssh_args", "ansible_ssh_common_args",
                                                "ansible_ssh_extra_args"};

void add_node_words(CLI::App& command, NodeWords& words, const char* positional) {
  command.add_option(positional, words.pattern, "a node, names as n[01:03], or a pattern as for -l")
      ->required();
  add_many(command, "-i,--inventory,--inventory-file", words.run.inventories,
           "inventory that says how the nodes' BMCs are reached");
  add_many(command, "--vault-id", words.run.vault_ids, "label@source of a vault password");
  add_many(command, "--vault-password-file,--vault-pass-file", words.run.vault_password_files,
           "file that holds the vault password");
  command.add_flag("-J,--ask-vault-password,--ask-vault-pass", words.run.ask_vault_pass,
                   "ask for the vault password");
}

std::string NamedNode::ssh_address() const {
  const value::Value* host = variables.find("ansible_host");
  return host != nullptr && host->is_string() ? host->text() : name;
}

transport::SshPlace NamedNode::ssh_place() const {
  const value::Value* port = variables.find("ansible_port");
  std::int64_t number = 0;
  if (port != nullptr && port->is_integer()) number = port->integer();
  if (port != nullptr && port->is_string()) {
    const std::string& text = port->text();
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  const bool is_port = number > 0 && number < 65'536;
  return {ssh_address(), is_port ? static_cast<std::uint16_t>(number) : std::uint16_t{22}};
}

bool NamedNode::is_behind_another() const {
  return std::ranges::any_of(ssh_variables, [&](const std::string& variable) {
    const value::Value* words = variables.find(variable);
    return variable.ends_with("_args") && words != nullptr && words->is_string() &&
           (words->text().find("Proxy") != std::string::npos ||
            words->text().find("-J") != std::string::npos);
  });
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
  if (options.inventories.empty())
    throw Error(Kind::usage, "no inventory is named")
        .set_hint("give one with -i, or by 'inventory' in ansible.cfg");
  run::RunSurroundings surroundings(options.vault_secrets);
  const jinja::Templar templar(surroundings);
  const auto inventory =
      std::make_shared<const inventory::Inventory>(inventory::Inventory::load(
          {options.inventories, os::absolute(".")}, vault_opener(options.vault_secrets), found));
  run::World world;  // for lookups: they begin beside the inventory, and here
  world.options = &options;
  world.inventory = inventory;
  world.templar = &templar;
  world.playbook_directory = os::absolute(".");
  world.inventory_sources = options.inventories;
  surroundings.set_world(&world);
  const std::vector<std::string> names =
      inventory->select(with_ranges(words.pattern, *inventory), found);
  for (const Error& warning : found.warnings()) std::cerr << warning.render("warning") << "\n\n";
  if (found.has_errors()) {
    std::cerr << found.render(" in the inventory") << "\n";
    return std::nullopt;
  }
  if (names.empty())
    throw Error(Kind::usage, "no node of the inventory is meant by '" + words.pattern + "'")
        .set_hint("see: provisioner inventory graph");
  std::vector<NamedNode> nodes;
  for (const std::string& name : others == Others::listed ? inventory->host_names() : names) {
    nodes.push_back(named(*inventory, templar, name, variables));
    nodes.back().folder = inventory->directory_of(name).value_or("");
    nodes.back().is_meant = std::ranges::find(names, name) != names.end();
  }
  return nodes;
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
