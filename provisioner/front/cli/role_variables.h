#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "provisioner/engine/run/world.h"
#include "provisioner/front/cli/loaded_inventory.h"
#include "provisioner/language/playbook/playbook.h"

namespace provisioner::cli {

// Of a file of variables; none where there is no such file. Throws Error(input).
value::Dict variables_in(const std::string& path);

// Variables of the program's own roles for nodes of an inventory, as a run has them that has looked
// at no node: without facts, and without what other tasks register.
class RoleVariables {
 public:
  // `more` is what a run would be given beside the words. Throws Error(usage) where no inventory is
  // named, Error(input) where it has mistakes.
  RoleVariables(const RunWords& words, value::Dict more);
  // Of an inventory without mistakes; lookups in it begin where those of a run do, while this
  // lives.
  explicit RoleVariables(std::shared_ptr<LoadedInventory> loaded);
  RoleVariables(const RoleVariables&) = delete;
  RoleVariables& operator=(const RoleVariables&) = delete;
  ~RoleVariables();

  void tell(const value::Dict& more);  // beside what was told before

  // Nullopt where neither the role nor the inventory defines it. Throws Error(failed) for a role
  // that does not come with the program, Error(input) for what cannot be evaluated.
  std::optional<value::Value> of(const std::string& role, const std::string& node,
                                 const std::string& variable);

 private:
  std::shared_ptr<const playbook::Role> role_of(const std::string& name);

  std::shared_ptr<LoadedInventory> loaded_;
  run::Options options_;
  run::World world_;
  std::map<std::string, std::shared_ptr<const playbook::Role>> roles_;
};

}  // namespace provisioner::cli
