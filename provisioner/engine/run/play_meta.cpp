// Meta tasks and includes: what changes the way through a play.

#include <algorithm>

#include "provisioner/engine/run/connection_settings.h"
#include "provisioner/engine/run/play_runner.h"

namespace provisioner::run {

using value::Dict;
using value::List;
using value::Value;

namespace {

// What Ansible says of a meta task whose condition does not hold.
Dict skipped_meta(const std::string& what, const std::string& host) {
  static const std::map<std::string, std::string> consequences = {
      {"flush_handlers", ", not running handlers for "},
      {"clear_facts", ", not clearing facts and fact cache for "},
      {"clear_host_errors", ", not clearing host error state for "},
      {"end_host", ", continuing execution for "}};
  const std::string reason = what + " conditional evaluated to False";
  const auto found = consequences.find(what);
  const std::string consequence = found != consequences.end() ? found->second + host
                                  : what == "end_batch"       ? ", continuing current batch"
                                                              : ", continuing play";
  const std::string message =
      what == "end_host"
          ? "end_host conditional evaluated to false, continuing execution for " + host
          : what;
  return Dict{{"msg", message}, {"skip_reason", reason + consequence}, {"skipped", true}};
}

}  // namespace

// Most of them are done once for all, whatever the first host's condition says.
void PlayRunner::run_meta(const Round& round) {
  static constexpr std::string_view each_host[] = {"noop", "reset_connection", "end_host",
                                                   "role_complete", "flush_handlers"};
  const playbook::Task& task = *round.step->task;
  const std::string what =
      task.kind == playbook::TaskKind::handler_flush_marker ? "flush_handlers" : meta_name(task);
  is_first_only_ =
      std::find(std::begin(each_host), std::end(each_host), what) == std::end(each_host);
  for (const std::string& host : round.hosts) {
    if (is_role_done(task, host)) continue;
    run_.world.play.removed = removed_;  // each sees what the one before did
    if (is_meta_wanted(round, what, host)) execute_meta(round, what, host);
    if (task.is_handler) linear_->cursor(host).handler_ran(step_);
    round_failed_.insert(host);  // counts only where the host had failed before
    if (!task.is_implicit) note_if_fatal(task, host);
    if (is_first_only_) break;
  }
}

// As in Ansible each host has its banner, and one whose condition does not hold is told.
bool PlayRunner::is_meta_wanted(const Round& round, const std::string& what,
                                const std::string& host) {
  const playbook::Task& task = *round.step->task;
  if (task.is_implicit) return true;
  is_announced_ = false;
  announce(round, host);
  if (what == "noop" || what == "refresh_inventory" || what == "reset_connection") return true;
  TaskScope scope(run_.world, host, &task);
  const auto& when = task.keywords.when;
  if (std::all_of(when.begin(), when.end(), [&](const Value& condition) {
        return run_.world.templar->condition(condition, scope);
      }))
    return true;
  TaskResult skipped;
  skipped.status = Status::skipped;
  skipped.result = skipped_meta(what, host);
  run_.recorder.emit_result(host, step_->id, skipped, {});
  return false;
}

void PlayRunner::execute_meta(const Round& round, const std::string& what,
                              const std::string& host) {
  const playbook::Task& task = *round.step->task;
  HostCursor& cursor = linear_->cursor(host);
  if (what == "flush_handlers") {
    if (cursor.is_flushing())
      throw base::Error(base::Kind::input, "flush_handlers cannot be used as a handler", task.pos);
    cursor.flush(handlers_.steps());
  } else if (what == "end_host") {
    cursor.end();
    remove(host);
    run_.recorder.emit(store::EventKind::host_left, host, step_->id, Dict{{"why", "end_host"}});
  } else if (what == "end_batch" || what == "end_play") {
    for (const std::string& left : hosts_left()) linear_->cursor(left).end();
    end_.is_play_over = what == "end_play";
  } else if (what == "clear_facts") {
    for (const std::string& name : run_.world.play.batch) run_.world.of(name).clear_facts();
  } else if (what == "clear_host_errors") {
    clear_host_errors();
  } else if (what == "reset_connection") {
    TaskScope scope(run_.world, host, &task);
    run_.pump.reset(connection_settings(scope, task, host).endpoint);
  }
}

void PlayRunner::clear_host_errors() {
  for (const std::string& host : run_.world.play.batch) {
    run_.failed.erase(host);
    run_.unreachable.erase(host);
    linear_->cursor(host).forgive();
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
  std::map<std::string, Blocks> by_host;
  Blocks all;
  for (const IncludeGroup& group : group_includes(*round.step, asked_includes_))
    include(round, group, by_host, all);
  const bool is_handler = round.step->task->is_handler;
  for (const auto& [host, blocks] : by_host) insert_included(host, blocks, is_handler);
  if (!is_handler) linear_->add_steps(all);
}

void PlayRunner::insert_included(const std::string& host, const Blocks& blocks, bool is_handler) {
  HostCursor& cursor = linear_->cursor(host);
  if (!is_handler) return cursor.insert(blocks);
  Place::Steps steps;
  for (const auto& block : blocks)
    each_step(*block, [&](const std::shared_ptr<const Step>& step) { steps.push_back(step); });
  cursor.insert_handlers(steps);
}

void PlayRunner::include(const Round& round, const IncludeGroup& group,
                         std::map<std::string, Blocks>& by_host, Blocks& all) {
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
  const Blocks blocks = build_blocks(
      included.tasks, [this](const playbook::Task& one) { return is_selected(one); }, group.id);
  handlers_.add(included.handlers, group.id + ".handlers");
  for (const auto& role : included.roles)
    if (role->is_public) run_.world.play.public_roles.push_back(role);
  all.insert(all.end(), blocks.begin(), blocks.end());
  for (const std::string& host : group.hosts)
    by_host[host].insert(by_host[host].end(), blocks.begin(), blocks.end());
}

// A file that is brought in counts as a task of its hosts, a role does not.
void PlayRunner::announce_include(const IncludeGroup& group, const std::string& file,
                                  bool is_role) {
  if (!is_role)
    for (const std::string& host : group.hosts) ++run_.counts[host].ok;
  List hosts(group.hosts.begin(), group.hosts.end());
  Dict data{{"file", file}, {"is_role", is_role}, {"hosts", std::move(hosts)}};
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
    ++run_.counts[host].failed;
    round_failed_.insert(host);
    linear_->cursor(host).fail();
    remove(host);
    lose(host, "failed");
  }
}

}  // namespace provisioner::run
