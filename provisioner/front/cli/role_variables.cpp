// What roles say of themselves, for a node that nobody has asked.

#include "provisioner/front/cli/role_variables.h"

#include "provisioner/base/os/content.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/engine/run/task_scope.h"
#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

using base::Error;
using base::Kind;
using value::Value;

value::Dict variables_in(const std::string& path) {
  if (!os::is_file(path)) return {};
  base::Diagnostics odd;
  Value read = value::read_yaml(base::register_source(path, os::require_file(path)), odd);
  if (read.is_none()) return {};
  if (!read.is_dict())
    throw Error(Kind::input, "'" + path + "' has to hold a dict of variables", read.pos());
  return read.dict();
}

RoleVariables::RoleVariables(const RunWords& words, value::Dict more)
    : RoleVariables(std::make_shared<LoadedInventory>(words)) {
  if (loaded_->diagnostics().has_errors()) throw Error(Kind::input, "the inventory has mistakes");
  tell(more);
}

RoleVariables::RoleVariables(std::shared_ptr<LoadedInventory> loaded)
    : loaded_(std::move(loaded)), options_(loaded_->options()) {
  world_.options = &options_;
  world_.inventory = std::shared_ptr<const inventory::Inventory>(loaded_, &loaded_->inventory());
  world_.templar = &loaded_->templar();
  world_.playbook_directory = os::absolute(".");
  world_.inventory_sources = loaded_->inputs();
  loaded_->stand_in(&world_);
}

RoleVariables::~RoleVariables() { loaded_->stand_in(nullptr); }

void RoleVariables::tell(const value::Dict& more) {
  for (const auto& [key, its] : more) options_.extra_vars.set(key, its);
}

std::shared_ptr<const playbook::Role> RoleVariables::role_of(const std::string& name) {
  std::shared_ptr<const playbook::Role>& known = roles_[name];
  if (known) return known;
  const auto role = std::make_shared<playbook::Role>();
  role->name = name;
  role->directory = os::require_content("playbooks/roles/" + name, os::is_directory);
  role->defaults = variables_in(role->directory + "/defaults/main.yml");
  role->vars = variables_in(role->directory + "/vars/main.yml");
  return known = role;
}

std::optional<Value> RoleVariables::of(const std::string& role, const std::string& node,
                                       const std::string& variable) {
  playbook::Task task;
  task.role = role_of(role);
  return base::while_doing(
      "reading '" + variable + "' of the role '" + role + "' for '" + node + "'", {}, [&] {
        run::TaskScope scope(world_, node, &task);
        return scope.variable(variable);
      });
}

}  // namespace provisioner::cli
