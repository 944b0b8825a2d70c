// An inventory for commands that look at it alone.

#include "provisioner/front/cli/loaded_inventory.h"

#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/language/inventory/check.h"

namespace provisioner::cli {
namespace {

run::Options options_of(const RunWords& words, base::Diagnostics& diagnostics) {
  return run_options(words, AnsibleConfig::load(diagnostics), diagnostics);
}

}  // namespace

LoadedInventory::LoadedInventory(const RunWords& words, const std::string& playbook_directory)
    : options_(options_of(words, diagnostics_)),
      surroundings_(options_.vault_secrets),
      templar_(surroundings_) {
  require_inventory(options_);
  const std::string beside = os::absolute(playbook_directory.empty() ? "." : playbook_directory);
  inventory_ = inventory::Inventory::load({options_.inventories, beside},
                                          vault_opener(options_.vault_secrets), diagnostics_);
}

void LoadedInventory::look_closer() {
  if (!diagnostics_.has_errors()) inventory::check(*inventory_, templar_, diagnostics_);
}

}  // namespace provisioner::cli
