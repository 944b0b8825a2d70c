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
