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

// Repeatable: doing it twice is the same as once, by its own conditions.
Dict TaskRun::intent() const {
  const bool has_guard =
      context_ && (context_->given.has("creates") || context_->given.has("removes"));
  const auto& changed_when = task().changed_when;
  const bool is_query = std::any_of(
      changed_when.begin(), changed_when.end(),
      [](const Value& condition) { return condition.is_boolean() && !condition.boolean(); });
  Dict intent{{"name", playbook::display_name(task())}, {"module", task().module}};
  if (has_guard || is_query || check_) intent.set("is_repeatable", true);
  return intent;
}

// What it answered is gone with the run that did it: later tasks see only that it was done.
TaskResult TaskRun::count_as_done() {
  const auto done = [this] {
    TaskResult result = blank();
    result.status = Status::changed;
    result.result = Dict{{"changed", true}, {"msg", "counted as done when the run was resumed"}};
    return result;
  };
  try {
    evaluate_loop();
    prepare();
    TaskResult result = done();
    if (items_) {
      for (item_ = 0; item_ < items_->size(); ++item_) {
        set_loop_variables();
        finished_items_.push_back(done());
        for (const auto& [name, value] : loop_variables(names_, *items_, item_))
          finished_items_.back().result.set(name, value);
        tools_.listener->item_finished(scope_.host(), finished_items_.back(), item_label());
      }
      result = joined_items(blank(), std::move(finished_items_));
    }
    result.notify = notified();
    return result;
  } catch (const base::Error& error) {
    return failure(error);
  }
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
