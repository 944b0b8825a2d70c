// provisioner profile explain.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/platform/commands.h"

namespace provisioner::platform {
namespace {

using cli::Action;
using cli::add_command;
using value::Dict;
using value::List;
using value::Value;

struct Words {
  cli::RunWords run;
  std::string instance;
  bool is_json = false;
};

int explain(const Words& words) {
  const profile::Profile owners = cli::cluster_site(words.run, words.instance).profile;
  cli::Table table({"COMPONENT", "OWNER", "WHY"});
  List items;
  for (const profile::Ownership& one : owners.components) {
    const std::string owner(name_of(one.owner));
    table.add({one.component, owner, one.because});
    items.emplace_back(
        Dict{{"component", one.component}, {"owner", owner}, {"because", one.because}});
  }
  const std::string platform(name_of(owners.platform));
  if (words.is_json) {
    cli::print_json(Value(Dict{
        {"instance", words.instance}, {"platform", platform}, {"components", std::move(items)}}));
  } else {
    std::cout << "'" << words.instance << "' is for " << platform << "\n";
    table.print(std::cout);
  }
  return cli::exit_fine;
}

}  // namespace

void add_profile(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  CLI::App* added = add_command(command, action, words, "explain",
                                "who owns which component of an instance, and why", explain);
  cli::add_inventory_options(*added, words->run, "inventory");
  cli::add_instance_option(*added, words->instance);
  added->add_flag("--json", words->is_json, "as JSON");
}

}  // namespace provisioner::platform
