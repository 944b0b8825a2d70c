#pragma once

#include <memory>
#include <string>
#include <vector>

#include "provisioner/engine/action/catalog.h"
#include "provisioner/engine/run/engine.h"
#include "provisioner/engine/run/run_surroundings.h"
#include "provisioner/engine/run/task_scope.h"
#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

// Inventory and playbooks, read and checked: all that a run needs before it touches a node.
class LoadedRun {
 public:
  // Reads everything; mistakes of inventory and playbooks are added to `diagnostics`, and the run
  // is to be used only where there are none. Throws Error for what cannot be read at all.
  LoadedRun(const RunWords& words, run::Options options, base::Diagnostics& diagnostics);

  const run::Options& options() const { return options_; }
  std::shared_ptr<const inventory::Inventory> inventory() const { return inventory_; }
  const std::vector<playbook::Playbook>& playbooks() const { return playbooks_; }
  const playbook::Library& library() const { return *library_; }
  run::RunSurroundings& surroundings() { return surroundings_; }

  // SHA-256 over the names and texts of what was read.
  const std::string& inventory_digest() const { return inventory_digest_; }
  const std::string& playbook_digest() const { return playbook_digest_; }

  // Hosts of all plays, within the limit; names that hold templates select by what extra variables
  // give.
  std::vector<std::string> hosts() const;
  std::vector<std::string> hosts_of(const playbook::Play& play) const;
  // A keyword of a play, by its own and extra variables.
  value::Value resolved(const playbook::Play& play, const value::Value& written) const;
  // Whether tasks on a host run here, by the inventory and the command line.
  bool is_this_machine(const std::string& node) const;

 private:
  run::World world_of(const playbook::Play* play) const;

  run::Options options_;
  run::RunSurroundings surroundings_;
  jinja::Templar templar_;
  action::ModuleCatalog catalog_;
  std::shared_ptr<const inventory::Inventory> inventory_;
  std::unique_ptr<playbook::Library> library_;
  std::vector<playbook::Playbook> playbooks_;
  std::string inventory_digest_, playbook_digest_;
};

// Reads a vault with these passwords; for the inventory.
inventory::OpenVault vault_opener(const std::vector<crypto::VaultSecret>& secrets);

}  // namespace provisioner::cli
