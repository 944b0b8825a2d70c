// Meta tasks and includes: what changes the way through a play.

#include <algorithm>

#include "provisioner/engine/run/connection_settings.h"
#include "provisioner/engine/run/play_runner.h"

namespace provisioner::run {

using value::Dict;
using value::List;
using value::Value;

void PlayRunner::run_meta(const Round& round) {
  const playbook::Task& task = *round.step->task;
  const std::string what =
      task.kind == playbook::TaskKind::handler_flush_marker ? "flush_handlers" : meta_name(task);
  for (const std::string& host : round.hosts) {
    TaskScope scope(run_.world, host, &task);
    const bool holds =
        std::all_of(task.keywords.when.begin(), task.keywords.when.end(),
                    [&](const Value& when) { return run_.world.templar->condition(when, scope); });
    if (!holds) continue;
    HostCursor& cursor = linear_->cursor(host);
    if (what == "flush_handlers") {
      cursor.flush(handlers_.steps());
    } else if (what == "end_host") {
      ended_.insert(host);
      run_.recorder.emit(store::EventKind::host_left, host, step_->id, Dict{{"why", "end_host"}});
    } else if (what == "end_batch" || what == "end_play") {
      for (const std::string& left : hosts_left()) ended_.insert(left);
      is_play_over_ = what == "end_play";
      return;
    } else if (what == "clear_facts") {
      run_.world.of(host).clear_facts();
    } else if (what == "clear_host_errors") {
      for (const std::string& name : run_.world.play.batch) {
        run_.failed.erase(name);
        run_.unreachable.erase(name);
        linear_->cursor(name).forgive();
      }
      return;
    } else if (what == "reset_connection") {
      run_.pump.reset(connection_settings(scope, task, host).endpoint);
    }
  }
}

void PlayRunner::run_includes(const Round& round) {
  if (asked_includes_.empty()) return;
  // By the order of the round, whoever answered first.
  std::stable_sort(
      asked_includes_.begin(), asked_includes_.end(), [&](const auto& a, const auto& b) {
        const auto place = [&](const std::string& host) {
          return std::find(round.hosts.begin(), round.hosts.end(), host) - round.hosts.begin();
        };
        return place(a.first) < place(b.first);
      });
  if (is_run_once_) {
    const auto first = asked_includes_.front();
    asked_includes_.clear();
    for (const std::string& host : round.hosts) asked_includes_.emplace_back(host, first.second);
  }
  std::vector<std::shared_ptr<const Group>> added;
  std::map<std::string, std::vector<std::shared_ptr<const Group>>> by_host;
  for (const IncludeGroup& group : group_includes(*round.step, asked_includes_)) {
    const std::size_t before = added.size();
    include(round, group, added);
    for (std::size_t number = before; number < added.size(); ++number)
      for (const std::string& host : group.hosts) by_host[host].push_back(added[number]);
  }
  for (const auto& [host, groups] : by_host) {
    if (round.step->task->is_handler) {
      std::vector<std::shared_ptr<const Step>> steps;
      for (const auto& group : groups)
        each_step(*group, [&](const std::shared_ptr<const Step>& step) { steps.push_back(step); });
      linear_->cursor(host).insert_handlers(steps);
      continue;
    }
    auto joined = std::make_shared<Group>();
    for (const auto& group : groups) joined->tasks.emplace_back(group);
    linear_->cursor(host).insert(std::move(joined));
  }
  if (!round.step->task->is_handler) linear_->add_steps(added);
}

void PlayRunner::include(const Round& round, const IncludeGroup& group,
                         std::vector<std::shared_ptr<const Group>>& added) {
  const playbook::Task& task = *round.step->task;
  base::Diagnostics diagnostics;
  playbook::Included included;
  try {
    included =
        task.kind == playbook::TaskKind::include_role
            ? playbook::load_role(run_.library, play_, task, group.include.arguments,
                                  group.include.variables, diagnostics)
            : playbook::load_tasks_file(run_.library, play_, task,
                                        playbook::find_tasks_file(play_, task, group.include.file),
                                        group.include.variables, diagnostics);
  } catch (const base::Error& error) {
    diagnostics.add(error);
  }
  for (const base::Error& warning : diagnostics.warnings())
    run_.recorder.emit(store::EventKind::warning, Dict{{"text", warning.render("warning")}});
  if (diagnostics.has_errors()) return fail_include(group, diagnostics);

  announce_include(group, included.file, task.kind == playbook::TaskKind::include_role);
  auto steps = std::make_shared<Group>();
  steps->tasks = build_items(
      included.tasks, [this](const playbook::Task& one) { return is_selected(one); }, group.id);
  handlers_.add(included.handlers, group.id + ".handlers");
  for (const auto& role : included.roles)
    if (role->is_public) run_.world.play.public_roles.push_back(role);
  if (!steps->tasks.empty()) added.push_back(std::move(steps));
}

// A file that is brought in counts as a task of its hosts, a role does not.
void PlayRunner::announce_include(const IncludeGroup& group, const std::string& file,
                                  bool is_role) {
  if (!is_role)
    for (const std::string& host : group.hosts) ++run_.counts[host].ok;
  List hosts(group.hosts.begin(), group.hosts.end());
  Dict data{{"file", file},
            {"is_role", is_role},
            {"hosts", std::move(hosts)},
            {"variables", group.include.variables}};
  if (group.include.label) data.set("label", *group.include.label);
  run_.recorder.emit(store::EventKind::included, "", group.id, std::move(data));
}

void PlayRunner::fail_include(const IncludeGroup& group, const base::Diagnostics& diagnostics) {
  for (const std::string& host : group.hosts) {
    TaskResult failed;
    failed.status = Status::failed;
    failed.error = diagnostics.render();
    failed.result = Dict{
        {"failed", true}, {"changed", false}, {"reason", diagnostics.errors().front().message()}};
    run_.recorder.emit_result(host, step_->id, failed, {});
    take_failure(host, failed);
  }
}

}  // namespace provisioner::run
