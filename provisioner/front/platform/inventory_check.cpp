// provisioner inventory check.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/loaded_inventory.h"
#include "provisioner/front/cli/tell_warnings.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/platform/commands.h"
#include "provisioner/front/platform/instance_mistakes.h"
#include "provisioner/front/platform/misspelt_variables.h"

namespace provisioner::platform {
namespace {

struct Words {
  cli::RunWords run;
  std::string playbook_directory;
};

int check(const Words& words) {
  const auto loaded = std::make_shared<cli::LoadedInventory>(words.run, words.playbook_directory);
  const bool is_read = !loaded->diagnostics().has_errors();
  loaded->look_closer();
  base::Diagnostics found = loaded->diagnostics();
  std::size_t instances = 0;
  if (is_read) {
    instances = instance_mistakes(loaded, found);
    warn_of_misspelt_variables(*loaded, words.playbook_directory, found);
  }
  cli::tell_warnings(found);
  if (found.has_errors()) {
    std::cerr << found.render() << "\n";
    return cli::exit_not_so;
  }
  const std::size_t warnings = found.warnings().size();
  std::cout << base::counted(loaded->inventory().host_names().size(), "host") << " in "
            << base::counted(loaded->inventory().group_names().size(), "group") << ", "
            << base::counted(instances, "instance") << ", no mistakes"
            << (warnings == 0 ? "" : ", " + base::counted(warnings, "warning")) << "\n";
  return cli::exit_fine;
}

}  // namespace

void add_inventory_check(CLI::App& inventory, cli::Action& action) {
  const auto words = std::make_shared<Words>();
  CLI::App* added = cli::add_command(
      inventory, action, words, "check",
      "mistakes and oddities of it and of its instances, all at once, with their places; exit 2 "
      "where there are some",
      check);
  cli::add_inventory_options(*added, words->run,
                             "inventory: a file, a directory, or 'host1,host2,'");
  added->add_option("--playbook-dir", words->playbook_directory,
                    "read group_vars and host_vars there, too");
}

}  // namespace provisioner::platform
