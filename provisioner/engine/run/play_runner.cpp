// A batch of hosts through a play, round by round.

#include "provisioner/engine/run/play_runner.h"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "provisioner/base/value/json.h"
#include "provisioner/engine/run/connection_settings.h"
#include "provisioner/engine/run/exit_code.h"
#include "provisioner/engine/run/lab_limits.h"
#include "provisioner/engine/run/loop_items.h"
#include "provisioner/language/playbook/tags.h"

namespace provisioner::run {

using value::Dict;
using value::List;
using value::Value;

namespace {

// By its whole name or a pattern with wildcards, with or without its role.
bool is_named(const playbook::Task& task, const std::string& wish) {
  for (const std::string& name : {task.name, playbook::display_name(task)})
    if (!name.empty() && (name == wish || ::fnmatch(wish.c_str(), name.c_str(), 0) == 0))
      return true;
  return false;
}

List as_list(const std::vector<std::string>& words) { return {words.begin(), words.end()}; }

}  // namespace

PlayRunner::PlayRunner(RunState& run, const playbook::Play& play, std::string id)
    : run_(run), play_(play), id_(std::move(id)), hosts_of_play_(run.world.play.hosts) {}

BatchEnd PlayRunner::run_batch(const std::vector<std::string>& batch) {
  begin_batch(batch);
  while (!run_.is_stopped()) {
    taking_part_ = hosts_left();
    const Round round = linear_->next(taking_part_);
    if (!round.step) break;
    run_round(round);
    if (end_.is_broken && run_.failed.size() >= taking_part_.size()) {
      run_.recorder.emit(store::EventKind::play_ended,
                         Dict{{"is_broken", true}, {"why", broken_by_}});
      break;
    }
  }
  run_.recorder.commit();
  return finish_batch();
}

// What an include brought to an earlier batch is gone; hosts that failed before stay away.
void PlayRunner::begin_batch(const std::vector<std::string>& batch) {
  PlayState& state = run_.world.play;
  state.batch = batch;
  state.hosts = hosts_of_play_;
  removed_.assign(run_.unreachable.begin(), run_.unreachable.end());
  state.public_roles.clear();
  for (const auto& role : play_.roles)
    if (role->is_public) state.public_roles.push_back(role);
  const std::string prefix = id_ + "." + std::to_string(batch_number_++);
  handlers_ = {};
  handlers_.add(play_.handlers, id_ + ".handlers");
  const bool force = run_.world.options->force_handlers ||
                     (play_.force_handlers && boolean_word(*play_.force_handlers).value_or(false));
  linear_.emplace(build_batch_tree(force, prefix), batch);
  end_ = {};
  failed_elsewhere_ = std::exchange(run_.failed, {});
  for (const std::string& host : batch) {
    if (failed_elsewhere_.erase(host) == 0) continue;
    linear_->cursor(host).fail();
    remove(host);
  }
  removed_.insert(removed_.end(), failed_elsewhere_.begin(), failed_elsewhere_.end());
}

BatchEnd PlayRunner::finish_batch() {
  end_.is_stopped = run_.is_stopped();
  bool has_failed = !failed_elsewhere_.empty();
  for (const std::string& host : run_.world.play.batch) {
    HostCursor& cursor = linear_->cursor(host);
    if (!run_.unreachable.contains(host) && !cursor.next()) cursor.take();
    if (!cursor.is_failed()) continue;
    has_failed = true;
    run_.failed.insert(host);
  }
  run_.failed.insert(failed_elsewhere_.begin(), failed_elsewhere_.end());
  end_.result = !run_.unreachable.empty() ? some_unreachable : has_failed ? some_failed : all_well;
  return end_;
}

// With --start-at-task, what stands before the first task of that name is left out, and so are
// whole plays that do not have it.
std::shared_ptr<const Blocks> PlayRunner::build_batch_tree(bool force, const std::string& prefix) {
  std::string& start = run_.start_at_task;
  bool is_begun = start.empty();
  const auto is_wanted = [&](const playbook::Task& task) {
    const bool is_marker = task.is_implicit;
    if (!is_begun && !is_marker) is_begun = is_named(task, start);
    if (!is_begun && !is_marker) run_.passed_tasks.push_back(task.name);
    return (is_begun || is_marker) && is_selected(task);
  };
  auto tree = build_play(play_, is_wanted, nullptr, force, prefix);
  if (!is_begun) return std::make_shared<const Blocks>(std::move(tree));
  auto facts = gather_facts_task();
  if (facts != nullptr) {
    is_begun = start.empty();
    tree = build_play(play_, is_wanted, std::move(facts), force, prefix);
  }
  start.clear();
  return std::make_shared<const Blocks>(std::move(tree));
}

std::vector<std::string> PlayRunner::hosts_left() const {
  std::vector<std::string> left;
  for (const std::string& host : run_.world.play.batch)
    if (!run_.unreachable.contains(host)) left.push_back(host);
  return left;
}

// Tags may hold templates over play and extra variables.
bool PlayRunner::is_selected(const playbook::Task& task) {
  if (task.is_implicit &&
      (task.kind == playbook::TaskKind::meta || task.kind == playbook::TaskKind::role_end ||
       task.kind == playbook::TaskKind::handler_flush_marker))
    return true;
  std::vector<std::string> tags;
  for (const std::string& tag : task.keywords.tags) {
    if (!jinja::Templar::has_template(tag)) {
      tags.push_back(tag);
      continue;
    }
    const std::string host =
        run_.world.play.batch.empty() ? "localhost" : run_.world.play.batch.front();
    TaskScope scope(run_.world, host, &task);
    const Value resolved = run_.world.templar->resolve(Value(tag).at(task.pos), scope);
    if (resolved.is_list())
      for (const Value& one : resolved.list()) tags.push_back(Dict::key_text(one));
    else
      tags.push_back(Dict::key_text(resolved));
  }
  return playbook::is_selected(tags, run_.world.options->tags, run_.world.options->skip_tags);
}

std::shared_ptr<const playbook::Task> PlayRunner::gather_facts_task() {
  bool wanted = run_.world.options->gathering != "explicit";
  if (play_.gather_facts) {
    const std::string host =
        run_.world.play.batch.empty() ? "localhost" : run_.world.play.batch.front();
    TaskScope scope(run_.world, host, nullptr);
    wanted = keyword_flag(scope, play_.gather_facts, wanted);
  }
  if (!wanted) return nullptr;
  auto task = std::make_shared<playbook::Task>();
  task->name = "Gathering Facts";
  task->module = "setup";
  task->action = "gather_facts";
  task->is_implicit = true;
  task->pos = play_.pos;
  task->file = play_.file;
  task->keywords = play_.keywords;
  task->keywords.vars = {};
  task->keywords.tags.emplace_back("always");
  if (play_.gather_subset) task->arguments.set("gather_subset", *play_.gather_subset);
  if (play_.gather_timeout) task->arguments.set("gather_timeout", *play_.gather_timeout);
  if (play_.fact_path) task->arguments.set("fact_path", *play_.fact_path);
  return task;
}

void PlayRunner::run_round(const Round& round) {
  step_ = round.step.get();
  is_announced_ = is_first_only_ = is_run_once_ = is_fatal_ = false;
  asked_includes_.clear();
  round_failed_.clear();
  round_unreachable_.clear();
  run_.world.play.removed = removed_;
  const playbook::Task& task = *round.step->task;
  run_.surroundings.set_task(&task);
  switch (task.kind) {
    case playbook::TaskKind::meta:
    case playbook::TaskKind::handler_flush_marker:
      run_meta(round);
      break;
    case playbook::TaskKind::role_end:
      finish_role(round);
      break;
    default:
      run_tasks(round);
      run_includes(round);
  }
  if (is_fatal_) note_waiting(round);
  apply_failure_limits();
  run_.surroundings.set_task(nullptr);
}

// Hosts on which the role of this task has already run are passed over in silence.
bool PlayRunner::is_role_done(const playbook::Task& task, const std::string& host) const {
  return task.role && !task.is_handler && !task.role->allow_duplicates &&
         role_done_.contains({task.role->identity, host});
}

std::vector<std::string> PlayRunner::hosts_to_run(const Round& round) {
  const playbook::Task& task = *round.step->task;
  std::vector<std::string> hosts;
  for (const std::string& host : round.hosts) {
    if (is_role_done(task, host) || is_beyond_lab(task, host)) continue;
    hosts.push_back(host);
    is_first_only_ = is_once(task, host);
    note_if_fatal(task, host);
    if (is_first_only_) break;
  }
  return hosts;
}

// A lab's host leaves out what it cannot do; the end of the run says so.
bool PlayRunner::is_beyond_lab(const playbook::Task& task, const std::string& host) {
  const auto limit = lab_limit(*run_.world.inventory, host, task);
  if (!limit) return false;
  RunState::Lack& lack = run_.lacks[limit->capability];
  lack.because = limit->because;
  lack.hosts.insert(host);
  return true;
}

bool PlayRunner::is_once(const playbook::Task& task, const std::string& host) {
  if (task.keywords.run_once) {
    TaskScope scope(run_.world, host, &task);
    is_run_once_ = keyword_flag(scope, task.keywords.run_once, false);
  }
  const action::Action* action = action::find_action(task.module);
  return is_run_once_ || (action != nullptr && action->is_once_per_batch);
}

// With run_once a failure is fatal for all.
void PlayRunner::note_if_fatal(const playbook::Task& task, const std::string& host) {
  if (!is_first_only_ && !task.keywords.any_errors_fatal &&
      !run_.world.options->is_any_errors_fatal)
    return;
  TaskScope scope(run_.world, host, &task);
  const bool is_fatal = is_first_only_ || keyword_flag(scope, task.keywords.any_errors_fatal,
                                                       run_.world.options->is_any_errors_fatal);
  is_fatal_ |= is_fatal && !keyword_flag(scope, task.keywords.ignore_errors, false);
}

void PlayRunner::run_tasks(const Round& round) {
  const std::vector<std::string> hosts = hosts_to_run(round);
  std::vector<std::unique_ptr<TaskRun>> runs;
  const TaskRun::Tools tools{&run_.surroundings, run_.foreign, this};
  for (const std::string& host : hosts) {
    announce(round, host);
    if (auto known = run_.replay.result(round.step->id, host)) {
      take_result(host, std::move(*known), true);
      continue;
    }
    auto run = std::make_unique<TaskRun>(run_.world, host, round.step, tools);
    run->take_up(run_.replay.items(round.step->id, host));
    if (!run->task().loop && run_.replay.is_counted_as_done(round.step->id, host))
      take_result(host, run->count_as_done(), false);
    else
      runs.push_back(std::move(run));
  }
  run_.pump.run(std::move(runs), forks_for(round), pump_hooks());
  run_.recorder.commit_if_due();
}

TaskPump::Hooks PlayRunner::pump_hooks() {
  TaskPump::Hooks hooks;
  hooks.intend = [this](TaskRun& run) {
    run_.recorder.emit(store::EventKind::host_started, run.scope().host(), step_->id, run.intent());
  };
  hooks.commit = [this] { run_.recorder.commit(); };
  hooks.finished = [this](TaskRun& run, TaskResult result) {
    take_result(run.scope().host(), std::move(result), false);
  };
  hooks.withdrawn = [this](TaskRun& run) {
    run_.recorder.emit(store::EventKind::host_withdrawn, run.scope().host(), step_->id, {});
  };
  hooks.progress = [this](const std::string& host, double seconds, const std::string& doing) {
    run_.recorder.emit(store::EventKind::host_progress, host, step_->id,
                       Dict{{"seconds", seconds}, {"doing", doing}});
  };
  hooks.idle = [this] { run_.recorder.idle(); };
  return hooks;
}

std::size_t PlayRunner::forks_for(const Round& round) {
  auto forks = static_cast<std::size_t>(std::max(1, run_.world.options->forks));
  const auto& throttle = round.step->task->keywords.throttle;
  if (!throttle || round.hosts.empty()) return forks;
  TaskScope scope(run_.world, round.hosts.front(), round.step->task.get());
  const auto limit =
      to_integer(run_.world.templar->resolve(*throttle, scope), throttle->pos(), "throttle");
  return limit > 0 ? std::min(forks, static_cast<std::size_t>(limit)) : forks;
}

// The banner of a task, once a round, with its name as the first host sees it.
void PlayRunner::announce(const Round& round, const std::string& host) {
  if (is_announced_) return;
  is_announced_ = true;
  Dict data = describe(*round.step->task, host);
  data.set("hosts", as_list(round.hosts));
  run_.recorder.emit(store::EventKind::task_started, "", round.step->id, std::move(data));
}

// As written where a template cannot be evaluated, as in Ansible: the name is not worth a failure.
std::string PlayRunner::shown_name(const std::string& written, const playbook::Task& task,
                                   const std::string& host) {
  if (!jinja::Templar::has_template(written)) return written;
  try {
    TaskScope scope(run_.world, host, &task);
    const Value resolved = run_.world.templar->resolve(Value(written).at(task.pos), scope);
    return resolved.is_string() ? resolved.text() : value::write_json(resolved);
  } catch (const base::Error&) {
    return written;
  }
}

Dict PlayRunner::describe(const playbook::Task& task, const std::string& host) {
  return Dict{{"name", shown_name(playbook::display_name(task), task, host)},
              {"module", task.module},
              {"path", task.pos.text()},
              {"is_handler", task.is_handler},
              {"no_log", false}};
}

void PlayRunner::finish_role(const Round& round) {
  const auto& role = round.step->task->role;
  if (!role) return;
  for (const std::string& host : round.hosts)
    if (role_ran_.contains({role->identity, host})) role_done_.insert({role->identity, host});
}

// Whoever has work elsewhere waits here, and counts as one that failed where it did before; as in
// Ansible, only up to the host that does the task for all.
void PlayRunner::note_waiting(const Round& round) {
  for (const std::string& host : taking_part_) {
    const bool is_here =
        std::find(round.hosts.begin(), round.hosts.end(), host) != round.hosts.end();
    if (is_here && is_first_only_) return;
    if (!is_here && linear_->cursor(host).next()) round_failed_.insert(host);
  }
}

// A failure that is being rescued is none. One that is fatal takes everybody along who is not in a
// rescue or an always; they go on until all are lost.
void PlayRunner::apply_failure_limits() {
  std::set<std::string> failed;
  for (const std::string& host : round_failed_)
    if (linear_->cursor(host).is_failed()) failed.insert(host);
  if (is_fatal_ && (!failed.empty() || !round_unreachable_.empty()))
    for (const std::string& host : taking_part_) {
      if (linear_->cursor(host).is_spared()) continue;
      lose(host, "failed");
      end_.is_broken = true;
      broken_by_ = "any_errors_fatal";
    }
  if (play_.max_fail_percentage) apply_max_fail_percentage(failed);
}

void PlayRunner::apply_max_fail_percentage(const std::set<std::string>& failed) {
  TaskScope scope(run_.world, run_.world.play.batch.front(), nullptr);
  const double limit = to_percentage(run_.world.templar->resolve(*play_.max_fail_percentage, scope),
                                     play_.max_fail_percentage->pos(), "max_fail_percentage");
  const auto batch = static_cast<double>(run_.world.play.batch.size());
  if (static_cast<double>(run_.failed.size()) / batch <= limit / 100.0) return;
  for (const std::string& host : taking_part_) {
    if (failed.contains(host)) continue;
    lose(host, "failed");
    linear_->cursor(host).fail();
    remove(host);
  }
  end_.is_broken = true;
  broken_by_ = "max_fail_percentage";
}

void PlayRunner::item_finished(const std::string& host, const TaskResult& item, const Value& label,
                               std::size_t index) {
  run_.recorder.emit_item(host, step_->id, item, label, index);
}

void PlayRunner::retrying(const std::string& host, const TaskResult& result, int attempts_left) {
  Dict data{{"attempts_left", attempts_left}, {"result", shown(result)}};
  name_delegate(result, data);
  const playbook::Task& task = *step_->task;
  if (!task.name.empty()) data.set("task", shown_name(task.name, task, host));  // without its role
  run_.recorder.emit(store::EventKind::host_retry, host, step_->id, std::move(data));
}

}  // namespace provisioner::run
