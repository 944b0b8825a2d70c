// What a task's own conditions make of its result, and whom it notifies.

#include <algorithm>

#include "provisioner/engine/run/loop_items.h"
#include "provisioner/engine/run/task_run.h"

namespace provisioner::run {

using value::Dict;
using value::Value;

// changed_when and failed_when, with the result in sight under its registered name.
void TaskRun::judge(Dict& result) {
  complete_result(result);
  if (value::boolean_or(Value(result), "skipped", false)) return;
  const char* judging = "changed";
  try {
    const auto holds = [&](const std::vector<Value>& conditions) {
      return std::all_of(conditions.begin(), conditions.end(), [&](const Value& condition) {
        return world_.templar->condition(condition, scope_);
      });
    };
    if (!task().changed_when.empty()) {
      result.set("changed", holds(task().changed_when));
      if (!task().register_name.empty())
        scope_.set(task().register_name, Value(result).untrusted());
    }
    judging = "failed";
    if (!task().failed_when.empty()) {
      const bool failed = holds(task().failed_when);
      result.set("failed_when_result", failed);
      result.set("failed", failed);
    }
  } catch (const base::Error& error) {
    result.set("failed", true);
    result.set(std::string(judging) + "_when_result", error.message());
  }
}

// What a result says is seen by this task's own conditions and by the items that follow.
void TaskRun::show_to_scope(const action::Result& result, const Dict& dict) {
  const action::Effects& effects = result.effects;
  if (effects.facts_are_set)
    for (const auto& [name, fact] : effects.facts) scope_.set(Dict::key_text(name), fact);
  else if (!effects.facts.is_empty())
    for (const auto& [name, fact] : effects.facts)
      scope_.set(Dict::key_text(name), fact.untrusted());
  for (const auto& [name, variable] : effects.included_variables)
    scope_.set(Dict::key_text(name), variable);
  if (!task().register_name.empty()) scope_.set(task().register_name, Value(dict).untrusted());
}

// Doing it twice is the same as once, by its own conditions.
bool TaskRun::is_repeatable() const {
  const bool has_guard =
      context_ && (context_->given.has("creates") || context_->given.has("removes"));
  const auto& changed_when = task().changed_when;
  const bool is_query = std::any_of(
      changed_when.begin(), changed_when.end(),
      [](const Value& condition) { return condition.is_boolean() && !condition.boolean(); });
  return has_guard || is_query || check_;
}

Dict TaskRun::intent() const {
  Dict intent{{"name", playbook::display_name(task())}, {"module", task().module}};
  if (is_repeatable()) intent.set("is_repeatable", true);
  if (items_) intent.set("item", static_cast<std::int64_t>(item_));
  return intent;
}

bool TaskRun::needs_record_of_earlier_items() const {
  const modules::Spec* spec = action::find_spec(task().module);
  return items_ && item_ > 0 && !is_repeatable() &&
         (spec == nullptr || spec->kind == modules::ModuleKind::action);
}

// What it answered is gone with the run that did it: later tasks see only that it was done.
TaskResult TaskRun::count_as_done() {
  try {
    prepare();
    TaskResult result = done_before();
    result.notify = notified();
    return result;
  } catch (const base::Error& error) {
    return failure(error);
  }
}

TaskResult TaskRun::done_before() {
  TaskResult result = blank();
  result.status = Status::changed;
  result.result = Dict{{"changed", true}, {"msg", "counted as done when the run was resumed"}};
  return result;
}

std::vector<std::string> TaskRun::notified() {
  std::vector<std::string> names;
  for (const Value& written : task().notify) {
    const Value name = world_.templar->resolve(written, scope_);
    if (name.is_list())
      for (const Value& one : name.list()) names.push_back(one.text());
    else if (name.is_string() && name.text() != jinja::Templar::omit_marker())
      names.push_back(name.text());
  }
  return names;
}

}  // namespace provisioner::run
