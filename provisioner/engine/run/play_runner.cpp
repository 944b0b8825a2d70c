// A batch of hosts through a play, round by round.

#include "provisioner/engine/run/play_runner.h"

#include <fnmatch.h>

#include <algorithm>

#include "provisioner/base/value/json.h"
#include "provisioner/engine/run/connection_settings.h"
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
    : run_(run), play_(play), id_(std::move(id)) {
  handlers_.add(play.handlers, id_ + ".handlers");
}

BatchEnd PlayRunner::run_batch(const std::vector<std::string>& batch) {
  PlayState& state = run_.world.play;
  state.batch = batch;
  state.left = batch;
  const std::string prefix = id_ + "." + std::to_string(batch_number_++);
  const bool force = run_.world.options->force_handlers ||
                     (play_.force_handlers && boolean_word(*play_.force_handlers).value_or(false));
  const auto tree = build_batch_tree(force, prefix);
  linear_.emplace(tree, batch);
  ended_.clear();

  while (!run_.is_stopped()) {
    state.left = hosts_left();
    if (state.left.empty()) break;
    const Round round = linear_->next(state.left);
    if (!round.step) break;
    run_round(round);
    if (is_broken_ || is_play_over_) break;
  }
  run_.recorder.commit();
  if (run_.is_stopped()) return BatchEnd::stopped;
  if (is_broken_) return BatchEnd::broken;
  return std::any_of(batch.begin(), batch.end(),
                     [this](const std::string& host) {
                       return run_.failed.contains(host) || run_.unreachable.contains(host);
                     })
             ? BatchEnd::failed
             : BatchEnd::done;
}

// With --start-at-task, what stands before the first task of that name is left out, and so are
// whole plays that do not have it.
std::shared_ptr<const Group> PlayRunner::build_batch_tree(bool force, const std::string& prefix) {
  std::string& start = run_.start_at_task;
  bool is_begun = start.empty();
  const auto is_wanted = [&](const playbook::Task& task) {
    const bool is_marker = task.is_implicit;
    if (!is_begun && !is_marker) is_begun = is_named(task, start);
    return (is_begun || is_marker) && is_selected(task);
  };
  auto tree = build_play(play_, is_wanted, nullptr, force, prefix);
  if (!is_begun) return tree;
  auto facts = gather_facts_task();
  if (facts != nullptr) {
    is_begun = start.empty();
    tree = build_play(play_, is_wanted, std::move(facts), force, prefix);
  }
  start.clear();
  return tree;
}

std::vector<std::string> PlayRunner::hosts_left() const {
  std::vector<std::string> left;
  for (const std::string& host : run_.world.play.batch)
    if (!run_.failed.contains(host) && !run_.unreachable.contains(host) && !ended_.contains(host))
      left.push_back(host);
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
  is_announced_ = false;
  asked_includes_.clear();
  round_failed_.clear();
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
      apply_failure_limits(round);
  }
  run_.surroundings.set_task(nullptr);
}

// Hosts on which the role of this task has already run are passed over in silence.
std::vector<std::string> PlayRunner::hosts_to_run(const Round& round) {
  const playbook::Task& task = *round.step->task;
  std::vector<std::string> hosts;
  for (const std::string& host : round.hosts) {
    const bool is_done = task.role && !task.is_handler && !task.role->allow_duplicates &&
                         role_done_.contains({task.role->identity, host});
    if (!is_done && !is_beyond_lab(task, host)) hosts.push_back(host);
  }
  is_run_once_ = is_round_run_once(round);
  if (is_run_once_ && hosts.size() > 1) hosts.resize(1);
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

bool PlayRunner::is_round_run_once(const Round& round) {
  const playbook::Task& task = *round.step->task;
  const action::Action* action = action::find_action(task.module);
  if (action != nullptr && action->is_once_per_batch) return true;
  if (!task.keywords.run_once || round.hosts.empty()) return false;
  TaskScope scope(run_.world, round.hosts.front(), &task);
  return keyword_flag(scope, task.keywords.run_once, false);
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
    runs.push_back(std::make_unique<TaskRun>(run_.world, host, round.step, tools));
  }
  run_.pump.run(std::move(runs), forks_for(round), pump_hooks());
  run_.recorder.commit_if_due();
}

TaskPump::Hooks PlayRunner::pump_hooks() {
  TaskPump::Hooks hooks;
  hooks.intend = [this](TaskRun& run) {
    run_.recorder.emit(store::EventKind::host_started, run.scope().host(), step_->id,
                       Dict{{"name", run.task().name}, {"module", run.task().module}});
  };
  hooks.commit = [this] { run_.recorder.commit(); };
  hooks.finished = [this](TaskRun& run, TaskResult result) {
    const std::string host = run.scope().host();
    take_result(host, std::move(result), false);
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

Dict PlayRunner::describe(const playbook::Task& task, const std::string& host) {
  std::string name = playbook::display_name(task);
  if (jinja::Templar::has_template(name)) {
    try {
      TaskScope scope(run_.world, host, &task);
      const Value resolved = run_.world.templar->resolve(Value(name).at(task.pos), scope);
      name = resolved.is_string() ? resolved.text() : value::write_json(resolved);
    } catch (const base::Error&) {
      // Ansible shows the text as written, too: the name is not worth a failure.
    }
  }
  return Dict{{"name", name},
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

void PlayRunner::apply_failure_limits(const Round& round) {
  const playbook::Task& task = *round.step->task;
  if (round_failed_.empty()) return;
  TaskScope scope(run_.world, round.hosts.front(), &task);
  const bool is_fatal = (keyword_flag(scope, task.keywords.any_errors_fatal,
                                      run_.world.options->is_any_errors_fatal) ||
                         is_run_once_) &&
                        !keyword_flag(scope, task.keywords.ignore_errors, false);
  if (is_fatal) {
    for (const std::string& host : hosts_left()) {
      HostCursor& cursor = linear_->cursor(host);
      if (cursor.is_rescuing() || cursor.is_in_always()) continue;
      run_.failed.insert(host);
      is_broken_ = true;
    }
    if (hosts_left().empty()) is_broken_ = true;
  }
  if (!play_.max_fail_percentage) return;
  const auto limit = to_integer(run_.world.templar->resolve(*play_.max_fail_percentage, scope),
                                play_.max_fail_percentage->pos(), "max_fail_percentage");
  const auto& batch = run_.world.play.batch;
  const auto lost = std::count_if(batch.begin(), batch.end(), [this](const std::string& host) {
    return run_.failed.contains(host) || run_.unreachable.contains(host);
  });
  if (lost * 100 <= limit * static_cast<std::int64_t>(batch.size())) return;
  for (const std::string& host : hosts_left()) run_.failed.insert(host);
  is_broken_ = true;
}

void PlayRunner::item_finished(const std::string& host, const TaskResult& item,
                               const Value& label) {
  Dict data{{"status", name_of(item.status)},
            {"result", shown(item)},
            {"label", item.is_no_log ? Value("(censored due to no_log)") : label}};
  if (!item.delegate.empty()) data.set("delegate", item.delegate);
  if (item.ignores_errors) data.set("ignored", true);
  if (!item.differences.empty() && !item.is_no_log)
    data.set("differences", to_value(item.differences));
  run_.recorder.emit(store::EventKind::item_finished, host, step_->id, std::move(data));
}

void PlayRunner::retrying(const std::string& host, const Dict& result, int attempts_left) {
  TaskResult shown_result;
  shown_result.result = result;
  run_.recorder.emit(store::EventKind::host_retry, host, step_->id,
                     Dict{{"attempts_left", attempts_left}, {"result", shown(shown_result)}});
}

}  // namespace provisioner::run
