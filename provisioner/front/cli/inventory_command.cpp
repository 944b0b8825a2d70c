// provisioner inventory list, graph, host, export, check.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/write_yaml.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/program.h"
#include "provisioner/front/cli/run_words.h"
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

// The inventory with its findings said; errors end the command.
class Loaded {
 public:
  explicit Loaded(const Words& words) {
    const AnsibleConfig config = AnsibleConfig::load(diagnostics_);
    options_ = run_options(words.run, config);
    std::optional<std::string> beside = os::absolute(".");
    if (!words.playbook_directory.empty()) beside = os::absolute(words.playbook_directory);
    inventory_ = inventory::Inventory::load({options_.inventories, beside},
                                            vault_opener(options_.vault_secrets), diagnostics_);
  }
  const inventory::Inventory& inventory() const { return *inventory_; }
  const base::Diagnostics& diagnostics() const { return diagnostics_; }

  const inventory::Inventory& checked() const {
    for (const Error& warning : diagnostics_.warnings())
      std::cerr << warning.render("warning") << "\n";
    if (!diagnostics_.has_errors()) return *inventory_;
    std::cerr << diagnostics_.render() << "\n";
    throw Error(Kind::input, "the inventory has mistakes");
  }

 private:
  base::Diagnostics diagnostics_;
  run::Options options_;
  std::optional<inventory::Inventory> inventory_;
};

void print(const value::Value& value, bool is_yaml) {
  std::cout << (is_yaml ? value::write_yaml(value) : inventory::listing_json(value) + "\n");
}

int list(const Words& words) {
  const Loaded loaded(words);
  const inventory::ListingStyle style{words.is_export};
  print(words.is_yaml ? inventory::tree_listing(loaded.checked(), style)
                      : inventory::listing(loaded.checked(), style),
        words.is_yaml);
  return exit_fine;
}

int check(const Words& words) {
  const Loaded loaded(words);
  for (const Error& warning : loaded.diagnostics().warnings())
    std::cerr << warning.render("warning") << "\n";
  if (loaded.diagnostics().has_errors()) {
    std::cerr << loaded.diagnostics().render() << "\n";
    return exit_not_so;
  }
  std::cout << loaded.inventory().host_names().size() << " hosts in "
            << loaded.inventory().group_names().size() << " groups, no mistakes\n";
  return exit_fine;
}

void add_inventory_options(CLI::App& command, const std::shared_ptr<Words>& words) {
  const auto many = [&](const std::string& names, std::vector<std::string>& into,
                        const std::string& help) {
    command.add_option(names, into, help)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
  };
  many("-i,--inventory,--inventory-file", words->run.inventories,
       "inventory: a file, a directory, or 'host1,host2,'");
  many("--vault-id", words->run.vault_ids, "label@source of a vault password");
  many("--vault-password-file,--vault-pass-file", words->run.vault_password_files,
       "file that holds the vault password");
  command.add_option("--playbook-dir", words->playbook_directory,
                     "read group_vars and host_vars there, too");
  command.allow_extras();
}

}  // namespace

void add_inventory(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* summary, int (*run)(const Words&)) {
    CLI::App* added = command.add_subcommand(name, summary);
    add_inventory_options(*added, words);
    added->callback([words, run, &action] { action = [words, run] { return run(*words); }; });
    return added;
  };
  CLI::App* listing = add("list", "everything, as 'ansible-inventory --list' prints it", list);
  listing->add_flag("-y,--yaml", words->is_yaml, "as YAML");
  listing->add_flag("--export", words->is_export, "variables at the groups they were given to");
  CLI::App* graph = add("graph", "groups and hosts as a tree", [](const Words& chosen) {
    std::cout << inventory::graph_listing(Loaded(chosen).checked(), chosen.group,
                                          chosen.has_variables);
    return exit_fine;
  });
  graph->add_option("group", words->group, "only this group (all)");
  graph->add_flag("--vars", words->has_variables, "with variables");
  CLI::App* host = add("host", "the variables of one host", [](const Words& chosen) {
    print(inventory::host_listing(Loaded(chosen).checked(), chosen.host), chosen.is_yaml);
    return exit_fine;
  });
  host->add_option("host", words->host, "its name")->required();
  host->add_flag("-y,--yaml", words->is_yaml, "as YAML");
  CLI::App* exported =
      add("export", "the inventory as one file that ansible reads with equal values",
          [](const Words& chosen) {
            print(inventory::tree_listing(Loaded(chosen).checked(), {true}), true);
            return exit_fine;
          });
  exported->add_flag("--ansible", words->is_export, "for ansible (the only form)");
  add("check", "all mistakes at once, with their places; exit 2 where there are some", check);
}

}  // namespace provisioner::cli
