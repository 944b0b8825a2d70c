#pragma once

#include <chrono>
#include <vector>

#include "provisioner/engine/run/task_result.h"
#include "provisioner/engine/run/task_scope.h"

namespace provisioner::run {

// The items of a task's loop; throws Error(input) where they cannot be told.
value::List loop_items(const playbook::Task& task, TaskScope& scope);

// loop_control, resolved.
struct LoopNames {
  std::string item = "item", index;
  bool is_extended = false, has_all_items = true;
};
LoopNames loop_names(const playbook::Task& task, TaskScope& scope);

// The variables of one round of a loop: the item, its index, `ansible_loop`.
value::Dict loop_variables(const LoopNames& names, const value::List& items, std::size_t index);

// The results of all items as the task's one result.
TaskResult joined_items(TaskResult blank, std::vector<TaskResult> items);

// A module's arguments with module_defaults merged, templates evaluated, `omit` left out.
value::Dict given_arguments(const playbook::Task& task, TaskScope& scope,
                            const modules::Spec& spec);

// `changed` and `failed` in a result that does not have them yet (rc decides where there is one).
void complete_result(value::Dict& result);
Status status_of(const value::Dict& result);

std::chrono::milliseconds retry_delay(const playbook::Task& task, TaskScope& scope);
std::chrono::milliseconds task_deadline(const playbook::Task& task, TaskScope& scope);  // 0: none

// A number or a text that is one; throws Error(input) naming `what`.
std::int64_t to_integer(const value::Value& value, base::Pos pos, std::string_view what);
double to_percentage(const value::Value& value, base::Pos pos,
                     std::string_view what);  // 30 or "30%"
std::chrono::milliseconds to_duration(const value::Value& seconds, base::Pos pos,
                                      std::string_view what);

}  // namespace provisioner::run
