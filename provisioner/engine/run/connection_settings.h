#pragma once

#include <string>
#include <utility>
#include <vector>

#include "provisioner/engine/run/task_scope.h"
#include "provisioner/engine/transport/connections.h"
#include "provisioner/node/wire/request.h"

namespace provisioner::run {

// Where a task on a host goes, as whom, and with which switches: keywords, ansible_* variables,
// configuration and command line brought together in Ansible's order. Throws Error(input) for a
// value that cannot be read.
struct ConnectionSettings {
  transport::Endpoint endpoint;
  transport::Access access;
  wire::Become become;
  std::vector<std::pair<std::string, std::string>> environment;
};

// `target` is the inventory host that is connected to: the task's own host, or the one it is
// delegated to; its variables say where it is, the task's say the rest.
ConnectionSettings connection_settings(TaskScope& scope, const playbook::Task& task,
                                       const std::string& target);

// Only where the target's server is and what ssh is told of it, for who does not log in: no
// password is opened for that. The inventory's and the command line's words, no task's.
struct ServerSettings {
  transport::Endpoint endpoint;
  transport::Access access;
};
ServerSettings server_settings(TaskScope& scope, const std::string& target);

// Whether tasks on the target run on this machine, by the same words.
bool is_local(TaskScope& scope, const std::string& target);

// A keyword's value as a boolean, resolved; `otherwise` where it is not set.
bool keyword_flag(TaskScope& scope, const std::optional<value::Value>& keyword, bool otherwise);

// Ansible's reading of a boolean word ("yes", "on", 1); nullopt for anything else.
std::optional<bool> boolean_word(const value::Value& value);

}  // namespace provisioner::run
