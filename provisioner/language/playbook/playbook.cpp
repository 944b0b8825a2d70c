// How a task is called in output.

#include "provisioner/language/playbook/playbook.h"

namespace provisioner::playbook {

std::string display_name(const Task& task) {
  const std::string name = task.name.empty() ? task.action : task.name;
  return task.role ? task.role->name + " : " + name : name;
}

}  // namespace provisioner::playbook
