// provisioner profile explain.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/program.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"

namespace provisioner::cli {
namespace {

using value::Dict;
using value::List;
using value::Value;

struct Words {
  RunWords run;
  std::string instance;
  bool is_json = false;
};

int explain(const Words& words) {
  const profile::Profile owners = cluster_site(words.run, words.instance).profile;
  Table table({"COMPONENT", "OWNER", "WHY"});
  List items;
  for (const profile::Ownership& one : owners.components) {
    const std::string owner(name_of(one.owner));
    table.add({one.component, owner, one.because});
    items.emplace_back(
        Dict{{"component", one.component}, {"owner", owner}, {"because", one.because}});
  }
  const std::string platform(name_of(owners.platform));
  if (words.is_json) {
    print_json(Value(Dict{
        {"instance", words.instance}, {"platform", platform}, {"components", std::move(items)}}));
  } else {
    std::cout << "'" << words.instance << "' is for " << platform << "\n";
    table.print(std::cout);
  }
  return exit_fine;
}

}  // namespace

void add_profile(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  CLI::App* added = add_command(command, action, words, "explain",
                                "who owns which component of an instance, and why", explain);
  add_many(*added, "-i,--inventory,--inventory-file", words->run.inventories, "inventory");
  add_many(*added, "--vault-id", words->run.vault_ids, "label@source of a vault password");
  add_many(*added, "--vault-password-file,--vault-pass-file", words->run.vault_password_files,
           "file that holds the vault password");
  added->add_option("instance", words->instance, "its name: the group instance_NAME")->required();
  added->add_flag("--json", words->is_json, "as JSON");
}

}  // namespace provisioner::cli
