#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/engine/action/action.h"
#include "provisioner/node/wire/plan.h"

namespace provisioner::run {

// How a task ended for a host. `unknown`: the link or the worker was lost and nobody may guess.
enum class Status : std::uint8_t { ok, changed, failed, skipped, unreachable, unknown };

std::string_view name_of(Status status);

// Tasks or a role that an include asks for, for one host and one loop item.
struct Include {
  std::string file;                        // of include_tasks, as resolved; "" for include_role
  value::Dict arguments;                   // of include_role, resolved
  value::Dict variables;                   // loop variables that the included tasks see
  std::optional<value::Value> label = {};  // of the loop's item, as it may be shown
};

// All that a task did for one host; what the journal seals and `resume` reads back.
struct TaskResult {
  Status status = Status::ok;
  value::Dict result;  // Ansible's keys, whole
  std::vector<wire::Difference> differences;
  std::vector<action::Effects> effects;  // one an item, in order
  std::vector<std::string> notify;       // handler names and topics of what changed
  std::vector<Include> includes;
  bool is_no_log = false;
  bool ignores_errors = false;
  bool ignores_unreachable = false;
  std::string delegate;          // the host it was delegated to
  std::string delegate_address;  // and its `ansible_host`, if it has one
  std::string error;             // a mistake in the playbook, rendered with its place; "" otherwise
  std::string depends_on;  // in a plan: the earlier task without whose change this cannot be told

  bool is_changed() const { return status == Status::changed; }
};

// What a run that was cut off had done of a task's loop, by index from 0.
struct EarlierItems {
  std::map<std::size_t, TaskResult> ended;     // well
  std::optional<std::size_t> counted_as_done;  // nobody knows, but somebody says so
};

value::Value to_value(const TaskResult& result);
TaskResult task_result_from(const value::Value& value);

}  // namespace provisioner::run
