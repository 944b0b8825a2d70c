#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/engine/run/world.h"

namespace provisioner::run {

// A variable that Ansible makes itself ("inventory_hostname", "groups", "ansible_play_hosts" ...);
// nullopt for any other name. With `in_play` false, those of the play are not seen (the view of
// `hostvars`). `vars` and `hostvars` are not here: the template engine offers them over the scope.
std::optional<value::Value> magic_variable(const World& world, const std::string& host,
                                           const playbook::Task* task, bool in_play,
                                           const std::string& name);

const std::vector<std::string>& magic_variable_names();

// The folders a task's relative file names are looked for in, most specific first.
std::vector<std::string> search_path(const World& world, const playbook::Task* task);

}  // namespace provisioner::run
