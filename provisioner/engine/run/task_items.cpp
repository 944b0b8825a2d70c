// The items of a task's loop, one after the other.

#include "provisioner/engine/run/task_run.h"

namespace provisioner::run {

using value::Dict;
using value::Value;

// A loop that cannot be evaluated matters only where the condition does not skip the task.
void TaskRun::evaluate_loop() {
  if (!task().loop) return;
  try {
    names_ = loop_names(task(), scope_);
    items_ = loop_items(task(), scope_);
  } catch (const base::Error& error) {
    loop_error_ = error;
  }
}

// What an earlier run did for this item stands, where it is the same item still.
std::optional<TaskResult> TaskRun::known_item() {
  if (!items_) return std::nullopt;
  if (earlier_.counted_as_done == item_) return item_counted_as_done();
  const auto ended = earlier_.ended.find(item_);
  if (ended == earlier_.ended.end()) return std::nullopt;
  for (const auto& [name, value] : loop_variables(names_, *items_, item_)) {
    const Value* then = ended->second.result.find(name);
    if (then == nullptr || !(*then == value)) return std::nullopt;
  }
  return std::move(ended->second);
}

TaskResult TaskRun::item_counted_as_done() {
  prepare();
  TaskResult item = done_before();
  for (const auto& [name, value] : loop_variables(names_, *items_, item_))
    item.result.set(name, value);
  item.notify = notified();
  tools_.listener->item_finished(scope_.host(), item, item_label(), item_);
  return item;
}

TaskRun::Next TaskRun::finish_item(TaskResult item) {
  if (!items_) return leave(std::move(item));
  const Value label = item_label();
  for (const auto& [name, value] : loop_variables(names_, *items_, item_))
    item.result.set(name, value);
  if (tools_.listener != nullptr && item.includes.empty())
    tools_.listener->item_finished(scope_.host(), item, label, item_);
  return end_item(std::move(item));
}

TaskRun::Next TaskRun::end_item(TaskResult item) {
  finished_items_.push_back(std::move(item));
  clear_loop_variables();
  if (++item_ == items_->size()) return finish_task();
  if (const auto& pause = task().loop_control.pause) {
    resume_ = Resume::next_item;
    return Wait{to_duration(world_.templar->resolve(*pause, scope_), pause->pos(), "pause")};
  }
  return NextItem{};
}

TaskRun::Next TaskRun::finish_task() {
  return leave(joined_items(blank(), std::move(finished_items_)));
}

void TaskRun::set_loop_variables() {
  for (const auto& [name, value] : loop_variables(names_, *items_, item_))
    scope_.set(Dict::key_text(name), value);
}

void TaskRun::clear_loop_variables() {
  for (const auto& [name, value] : loop_variables(names_, *items_, item_))
    scope_.unset(Dict::key_text(name));
}

Value TaskRun::item_label() {
  const auto& control = task().loop_control;
  if (!control.label) return (*items_)[item_];
  try {
    return world_.templar->resolve(*control.label, scope_);
  } catch (const base::Error&) {
    return (*items_)[item_];
  }
}

}  // namespace provisioner::run
