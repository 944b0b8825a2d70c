#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/language/playbook/keywords.h"
#include "provisioner/language/playbook/loading.h"

namespace provisioner::playbook {

// Which module a task names, in whichever of the ways there are, and with what.
struct TaskAction {
  std::string written;  // "ansible.builtin.copy"
  std::string module;   // "copy"
  KnownModule known;
  value::Dict arguments;
  std::optional<value::Value> arguments_template;  // `args: "{{ x }}"`, `copy: "{{ x }}"`
  base::Pos pos;                                   // of the module's name
  bool is_local = false;                           // local_action
  std::vector<std::string> keys;                   // of the task that were taken as modules
};

// Finds the module of a task; what is wrong is found as an error, and nullopt means that there is
// none.
std::optional<TaskAction> read_action(Loading& loading, const value::Dict& given, base::Pos pos,
                                      const Place& place);

// "copy" for "ansible.builtin.copy", "ansible.legacy.copy" and "copy".
std::string short_name(std::string_view module);

// The statements of the language that stand where a module does: include_tasks, import_role, meta
// ...
const modules::Spec* language_spec(std::string_view module);

// Keywords that a task with this module may have.
Thing thing_of(const std::string& module, bool is_handler);

}  // namespace provisioner::playbook
