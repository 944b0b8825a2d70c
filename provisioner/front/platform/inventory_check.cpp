// provisioner inventory check.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/secret.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/loaded_inventory.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/tell_warnings.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/platform/commands.h"
#include "provisioner/front/platform/instance_mistakes.h"
#include "provisioner/front/platform/misspelt_variables.h"

namespace provisioner::platform {
namespace {

using base::Diagnostics;
using base::Error;
using value::Dict;
using value::List;
using value::Value;

struct Words {
  cli::RunWords run;
  std::string playbook_directory;
  bool is_json = false;
};

// Without the line of the file, which may hold more than the mistake.
Value as_value(const Error& error) {
  Dict one{{"message", base::redact(error.message())}};
  if (error.pos().is_known()) {
    one.set("file", error.pos().source.source().name);
    one.set("line", std::int64_t{error.pos().line});
    one.set("column", std::int64_t{error.pos().column});
  }
  List context;
  for (std::size_t at = 1; at < error.lines().size(); ++at)
    context.emplace_back(base::redact(error.lines()[at].text));
  if (!context.empty()) one.set("context", std::move(context));
  if (!error.hint().empty()) one.set("hint", base::redact(error.hint()));
  return Value(std::move(one));
}

List as_list(const std::vector<Error>& errors) {
  List list;
  for (const Error& error : errors) list.push_back(as_value(error));
  return list;
}

void print_json(const Diagnostics& found, const inventory::Inventory& inventory,
                std::size_t instances) {
  const auto number = [](std::size_t count) { return static_cast<std::int64_t>(count); };
  cli::print_json(Value(Dict{{"hosts", number(inventory.host_names().size())},
                             {"groups", number(inventory.group_names().size())},
                             {"instances", number(instances)},
                             {"errors", as_list(found.errors_by_place())},
                             {"warnings", as_list(found.warnings())}}));
}

void print(const Diagnostics& found, const inventory::Inventory& inventory, std::size_t instances) {
  cli::tell_warnings(found);
  if (found.has_errors()) {
    std::cerr << found.render() << "\n";
    return;
  }
  const std::size_t warnings = found.warnings().size();
  std::cout << base::counted(inventory.host_names().size(), "host") << " in "
            << base::counted(inventory.group_names().size(), "group") << ", "
            << base::counted(instances, "instance") << ", no mistakes"
            << (warnings == 0 ? "" : ", " + base::counted(warnings, "warning")) << "\n";
}

int check(const Words& words) {
  const auto loaded = std::make_shared<cli::LoadedInventory>(words.run, words.playbook_directory);
  const bool is_read = !loaded->diagnostics().has_errors();
  loaded->look_closer();
  Diagnostics found = loaded->diagnostics();
  std::size_t instances = 0;
  if (is_read) {
    instances = instance_mistakes(loaded, found);
    warn_of_misspelt_variables(*loaded, words.playbook_directory, found);
  }
  (words.is_json ? print_json : print)(found, loaded->inventory(), instances);
  return found.has_errors() ? cli::exit_not_so : cli::exit_fine;
}

}  // namespace

void add_inventory_check(CLI::App& inventory, cli::Action& action) {
  const auto words = std::make_shared<Words>();
  CLI::App* added = cli::add_command(
      inventory, action, words, "check",
      "mistakes and oddities of it and of its instances, all at once, with their places; exit 2 "
      "where there are mistakes",
      check);
  cli::add_inventory_options(*added, words->run,
                             "inventory: a file, a directory, or 'host1,host2,'");
  added->add_option("--playbook-dir", words->playbook_directory,
                    "read group_vars and host_vars there, too");
  added->add_flag("--json", words->is_json, "as JSON");
}

}  // namespace provisioner::platform
