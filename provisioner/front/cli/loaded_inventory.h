#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/engine/run/options.h"
#include "provisioner/engine/run/run_surroundings.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::cli {

// The inventory of a command line and what reading it found. Throws Error(usage) where none is
// named; mistakes are in `diagnostics`, and with some of those the rest is not to be used.
class LoadedInventory {
 public:
  // `playbook_directory`: whose group_vars and host_vars are read, too; "" is where we are.
  explicit LoadedInventory(const RunWords& words, const std::string& playbook_directory = {});

  const inventory::Inventory& inventory() const { return *inventory_; }
  const jinja::Templar& templar() const { return templar_; }
  const base::Diagnostics& diagnostics() const { return diagnostics_; }
  const std::string& first_source() const { return options_.inventories.front(); }
  const std::vector<std::string>& inputs() const { return options_.inventories; }

  const run::Options& options() const { return options_; }

  // Where relative names of lookups begin; it outlives every evaluation. nullptr: nowhere.
  void stand_in(const run::World* world) { surroundings_.set_world(world); }

  // What only shows once templates and vaults are opened.
  void look_closer();

 private:
  base::Diagnostics diagnostics_;
  run::Options options_;
  run::RunSurroundings surroundings_;
  jinja::Templar templar_;
  std::optional<inventory::Inventory> inventory_;
};

}  // namespace provisioner::cli
