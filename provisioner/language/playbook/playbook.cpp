// How a task is called in output.

#include "provisioner/language/playbook/playbook.h"

namespace provisioner::playbook {
namespace {

// An include_role is called by the role it includes, not by the one it stands in.
std::string include_name(const Task& task) {
  if (!task.name.empty()) return task.name;
  const value::Value* role = task.arguments.find("name");
  if (role == nullptr) role = task.arguments.find("role");
  return role == nullptr ? task.action : task.action + " : " + value::Dict::key_text(*role);
}

}  // namespace

std::string display_name(const Task& task) {
  if (task.kind == TaskKind::include_role) return include_name(task);
  const std::string name = task.name.empty() ? task.action : task.name;
  return task.role ? task.role->name + " : " + name : name;
}

}  // namespace provisioner::playbook
