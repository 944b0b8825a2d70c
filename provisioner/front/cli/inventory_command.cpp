// provisioner inventory list, graph, host, explain, export.

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/loaded_inventory.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/front/cli/tell_warnings.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/language/inventory/explain.h"
#include "provisioner/language/inventory/listing.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

struct Words {
  RunWords run;
  std::string host, group = "all", key, playbook_directory;
  bool is_yaml = false, is_export = false, has_variables = false;
};

// Warnings and mistakes are said; with mistakes that is all.
int with_inventory(const Words& words, const std::function<void(const LoadedInventory&)>& body) {
  const LoadedInventory loaded(words.run, words.playbook_directory);
  tell_warnings(loaded.diagnostics());
  if (loaded.diagnostics().has_errors()) {
    std::cerr << loaded.diagnostics().render(" in the inventory") << "\n";
    return exit_usage;
  }
  body(loaded);
  return exit_fine;
}

int list(const Words& words) {
  return with_inventory(words, [&](const LoadedInventory& loaded) {
    const inventory::ListingStyle style{words.is_export};
    if (words.is_yaml)
      std::cout << inventory::listing_yaml(inventory::tree_listing(loaded.inventory(), style),
                                           false);
    else
      std::cout << inventory::listing_json(inventory::listing(loaded.inventory(), style)) << "\n";
  });
}

int graph(const Words& words) {
  return with_inventory(words, [&](const LoadedInventory& loaded) {
    std::cout << inventory::graph_listing(loaded.inventory(), words.group, words.has_variables);
  });
}

int host(const Words& words) {
  return with_inventory(words, [&](const LoadedInventory& loaded) {
    const value::Value variables = inventory::host_listing(loaded.inventory(), words.host);
    std::cout << (words.is_yaml ? inventory::listing_yaml(variables, false)
                                : inventory::listing_json(variables) + "\n");
  });
}

int export_all(const Words& words) {
  return with_inventory(words, [](const LoadedInventory& loaded) {
    std::cout << inventory::listing_yaml(inventory::export_listing(loaded.inventory()), true);
  });
}

// What templates of the strongest layer come to; a template that cannot be evaluated is told
// beside the layers, which stand all the same.
void explain_to(std::ostream& out, const Words& words, const LoadedInventory& loaded) {
  const auto explanation = inventory::explain(loaded.inventory(), words.host, words.key);
  std::optional<value::Value> result;
  std::optional<Error> failure;
  try {
    result =
        inventory::explained_result(loaded.inventory(), loaded.templar(), words.host, words.key);
  } catch (const Error& error) {
    failure = error;
  }
  const auto& winner = explanation.layers.back().value;
  if (result && winner && *result == *winner) result.reset();
  out << inventory::explanation_text(explanation, result);
  if (failure) std::cerr << failure->render("warning") << "\n";
}

int explain(const Words& words) {
  return with_inventory(
      words, [&](const LoadedInventory& loaded) { explain_to(std::cout, words, loaded); });
}

void add_inventory_options(CLI::App& command, const std::shared_ptr<Words>& words) {
  add_inventory_options(command, words->run, "inventory: a file, a directory, or 'host1,host2,'");
  command.add_option("--playbook-dir", words->playbook_directory,
                     "read group_vars and host_vars there, too");
}

}  // namespace

void add_inventory(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* summary, int (*run)(const Words&)) {
    CLI::App* added = add_command(command, action, words, name, summary, run);
    add_inventory_options(*added, words);
    return added;
  };
  CLI::App* listing = add("list", "everything, as 'ansible-inventory --list' prints it", list);
  listing->add_flag("-y,--yaml", words->is_yaml, "as YAML");
  listing->add_flag("--export", words->is_export, "variables at the groups they were given to");
  CLI::App* tree = add("graph", "groups and hosts as a tree", graph);
  tree->add_option("group", words->group, "only this group (all)");
  tree->add_flag("--vars", words->has_variables, "with variables");
  CLI::App* one = add("host", "the variables of one host", host);
  one->add_option("host", words->host, "its name")->required();
  one->add_flag("-y,--yaml", words->is_yaml, "as YAML");
  CLI::App* explained =
      add("explain", "where a value comes from: every layer with file and line", explain);
  explained->add_option("host", words->host, "name of the host")->required();
  explained
      ->add_option("key", words->key,
                   "a variable, or a member of one: network.bonds.bond0.mode, disks.0.serial")
      ->required();
  add("export", "the inventory as one file from which ansible reads equal values", export_all)
      ->add_flag("--ansible", words->is_export, "for ansible (the only form)");
}

}  // namespace provisioner::cli
