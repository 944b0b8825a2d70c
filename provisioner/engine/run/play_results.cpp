// What one result changes: counts, cursors, variables, handlers.

#include <algorithm>

#include "provisioner/engine/run/connection_settings.h"
#include "provisioner/engine/run/play_runner.h"

namespace provisioner::run {

using value::Dict;
using value::Value;

namespace {

// An include is told by what it brings; one of which an item failed is told as a failure, too.
bool is_included(const TaskResult& result) {
  return !result.includes.empty() && result.status != Status::failed;
}

// Such a task notifies nobody, as in Ansible: it counts as changed only once its handlers would
// have been named.
bool changes_inventory(const TaskResult& result) {
  return std::any_of(result.effects.begin(), result.effects.end(), [](const auto& effects) {
    return effects.add_host.has_value() || effects.add_group.has_value();
  });
}

// What a later task may read: without what is for people or for the engine alone.
Value registered(const TaskResult& result) {
  Dict clean;
  for (const auto& [key, value] : result.result) {
    const std::string name = Dict::key_text(key);
    if (name != "invocation" && !name.starts_with("_ansible_")) clean.set(name, value);
  }
  return Value(std::move(clean)).untrusted();
}

}  // namespace

// With run_once a result is every host's.
std::vector<std::string> PlayRunner::targets(const std::string& host) const {
  return is_run_once_ ? hosts_left() : std::vector<std::string>{host};
}

// Counts as failed for the rest of the run, whether or not tasks are left for it.
void PlayRunner::lose(const std::string& host, std::string_view why) {
  if (run_.failed.insert(host).second)
    run_.recorder.emit(store::EventKind::host_left, host, step_->id, Dict{{"why", why}});
}

void PlayRunner::take_result(const std::string& host, TaskResult result, bool is_replayed) {
  if (run_.world.options->is_plan) mark_for_plan(host, result);
  const playbook::Task& task = *step_->task;
  if (!is_replayed && !is_included(result))
    run_.recorder.emit_result(host, step_->id, result, Dict{{"is_loop", task.loop.has_value()}});
  if (!result.includes.empty()) asked_includes_.emplace_back(host, result.includes);
  register_result(host, result);
  if (task.role && (result.status == Status::ok || result.status == Status::changed ||
                    result.status == Status::failed))
    role_ran_.insert({task.role->identity, host});
  if (!is_included(result)) count(host, result);
  switch (result.status) {
    case Status::failed:
      if (!result.ignores_errors) take_failure(host, result);
      break;
    case Status::unreachable:
    case Status::unknown:
      round_unreachable_.insert(host);
      if (result.ignores_unreachable) break;
      run_.unreachable.insert(host);
      remove(host);
      run_.recorder.emit(store::EventKind::host_left, host, step_->id,
                         Dict{{"why", name_of(result.status)}});
      break;
    case Status::ok:
    case Status::changed:
      if (result.status == Status::changed && !changes_inventory(result))
        notify(host, result.notify);
      take_effects(host, result);
      break;
    case Status::skipped:
      break;
  }
  if (task.is_handler) linear_->cursor(host).handler_ran(step_);
}

void PlayRunner::count(const std::string& host, const TaskResult& result) {
  HostCounts& counts = run_.counts[host];
  switch (result.status) {
    case Status::ok:
      ++counts.ok;
      break;
    case Status::changed:
      ++counts.ok;
      ++counts.changed;
      break;
    case Status::skipped:
      ++counts.skipped;
      break;
    case Status::failed:
      if (!result.ignores_errors) break;  // failed or rescued: the cursor decides
      ++counts.ok;
      ++counts.ignored;
      if (value::boolean_or(Value(result.result), "changed", false)) ++counts.changed;
      break;
    case Status::unreachable:
    case Status::unknown:
      if (result.ignores_unreachable) {
        ++counts.ok;
        ++counts.ignored;
      } else {
        ++counts.unreachable;
        if (result.status == Status::unknown) ++counts.unknown;
      }
      break;
  }
}

void PlayRunner::take_failure(const std::string& host, const TaskResult& result) {
  round_failed_.insert(host);
  HostCursor& cursor = linear_->cursor(host);
  const bool is_rescued = cursor.would_be_rescued();
  for (const std::string& target : targets(host)) {
    linear_->cursor(target).fail();
    remove(target);
  }
  if (cursor.is_failed() && !cursor.next()) lose(host, "failed");
  if (!is_rescued) {
    ++run_.counts[host].failed;
    return;
  }
  ++run_.counts[host].rescued;
  removed_.erase(std::find(removed_.begin(), removed_.end(), host));
  HostVariables& variables = run_.world.of(host);
  variables.set("ansible_failed_task", Value(failed_task(*step_->task, host)).untrusted());
  variables.set("ansible_failed_result", Value(result.result).untrusted());
}

// The members of Ansible's serialized task that people read in a rescue.
Dict PlayRunner::failed_task(const playbook::Task& task, const std::string& host) {
  value::List tags, when;
  for (const std::string& tag : task.keywords.tags) tags.emplace_back(tag);
  for (const Value& condition : task.keywords.when) when.push_back(condition);
  return Dict{{"name", shown_name(task.name, task, host)},
              {"action", task.action},
              {"args", task.arguments},
              {"tags", std::move(tags)},
              {"when", std::move(when)},
              {"register", task.register_name.empty() ? Value() : Value(task.register_name)},
              {"vars", task.keywords.vars},
              {"delegate_to", task.delegate_to.value_or(Value())},
              {"uuid", step_->id}};
}

void PlayRunner::register_result(const std::string& host, const TaskResult& result) {
  const std::string& name = step_->task->register_name;
  if (name.empty()) return;
  const Value value = registered(result);
  for (const std::string& target : targets(host)) run_.world.of(target).set(name, value);
}

void PlayRunner::notify(const std::string& host, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto steps = handlers_.find(name, run_.world, host);
    if (steps.empty() && run_.world.options->is_error_on_missing_handler)
      throw base::Error(
          base::Kind::input,
          "The requested handler '" + name +
              "' was not found in either the main handlers list nor in the listening handlers list",
          step_->task->pos);
    for (const auto& step : steps) {
      HostCursor& cursor = linear_->cursor(host);
      if (!cursor.is_notified(step.get()))
        run_.recorder.emit(store::EventKind::handler_notified, host, step_->id,
                           Dict{{"handler", step->task->name}});
      cursor.notify(step);
    }
  }
}

void PlayRunner::take_effects(const std::string& host, const TaskResult& result) {
  for (const action::Effects& effects : result.effects) take_effect(host, result, effects);
}

void PlayRunner::take_effect(const std::string& host, const TaskResult& result,
                             const action::Effects& effects) {
  const playbook::Task& task = *step_->task;
  std::vector<std::string> hosts = targets(host);
  if (!result.delegate.empty() && task.delegate_facts) {
    TaskScope scope(run_.world, host, &task);
    if (keyword_flag(scope, task.delegate_facts, false)) hosts = {result.delegate};
  }
  for (const std::string& target : hosts) {
    HostVariables& variables = run_.world.of(target);
    if (!effects.facts.is_empty() && (!effects.facts_are_set || effects.facts_cacheable))
      variables.add_facts(effects.facts);
    if (effects.facts_are_set)
      for (const auto& [name, fact] : effects.facts) variables.set(Dict::key_text(name), fact);
    for (const auto& [name, variable] : effects.included_variables)
      variables.include(Dict::key_text(name), variable);
  }
  change_inventory(host, effects);
  if (result.is_no_log) return;  // the rest is for people
  if (effects.stats_per_host) {
    for (const std::string& target : targets(host))
      run_.stats.add(target, effects.stats, effects.stats_aggregate);
  } else {
    run_.stats.add("", effects.stats, effects.stats_aggregate);
  }
  for (const std::string& warning : effects.warnings)
    run_.recorder.emit(store::EventKind::warning, host, step_->id, Dict{{"text", warning}});
}

bool PlayRunner::change_inventory(const std::string& host, const action::Effects& effects) {
  if (!effects.add_host && !effects.add_group) return false;
  const auto before = run_.world.inventory;
  const std::string& name = effects.add_host ? effects.add_host->name : host;
  run_.world.inventory = std::make_shared<const inventory::Inventory>(
      effects.add_host
          ? before->with_host(name, effects.add_host->groups, effects.add_host->variables)
          : before->with_group_member(effects.add_group->name, name, effects.add_group->parents));
  const inventory::Inventory& after = *run_.world.inventory;
  const bool is_new = before->host(name) == nullptr;
  std::vector<std::string>& all = run_.world.play.hosts;
  if (is_new && std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  return is_new || before->host(name)->groups != after.host(name)->groups ||
         !(Value(before->variables(name)) == Value(after.variables(name)));
}

// In a plan, what would change is not there yet: a failure behind it proves nothing, and is told as
// such.
void PlayRunner::mark_for_plan(const std::string& host, TaskResult& result) {
  const playbook::Task& task = *step_->task;
  const auto before = run_.first_change.find(host);
  if (result.status == Status::failed && before != run_.first_change.end() &&
      !result.ignores_errors) {
    result.depends_on = before->second;
    result.status = Status::skipped;
    result.result.set("skipped", true);
    result.result.set("failed", false);
    return;
  }
  const bool is_change =
      result.status == Status::changed ||
      (result.status == Status::skipped && task.kind == playbook::TaskKind::module &&
       (task.module == "command" || task.module == "shell" || task.module == "raw"));
  if (is_change && before == run_.first_change.end())
    run_.first_change.emplace(host,
                              value::text_or(Value(describe(task, host)), "name", task.module));
}

}  // namespace provisioner::run
