// One task on one host, from its condition to its result.

#include "provisioner/engine/run/task_run.h"

#include <algorithm>

#include "provisioner/engine/run/loop_items.h"
#include "provisioner/engine/run/recorder.h"

namespace provisioner::run {

using value::Dict;
using value::List;
using value::Value;

TaskRun::TaskRun(const World& world, std::string host, std::shared_ptr<const Step> step,
                 Tools tools)
    : world_(world),
      step_(std::move(step)),
      tools_(tools),
      scope_(world, std::move(host), step_->task.get()) {}

TaskRun::~TaskRun() = default;

TaskRun::Next TaskRun::start() {
  evaluate_loop();
  if (items_ && items_->empty()) {
    TaskResult nothing = blank();
    nothing.status = Status::skipped;
    nothing.result = Dict{{"changed", false},
                          {"skipped", true},
                          {"skipped_reason", "No items in the list"},
                          {"results", List()}};
    return leave(std::move(nothing));
  }
  return settled(NextItem{});
}

// Item after item, as long as none asks for anything: a loop may have very many that do not.
TaskRun::Next TaskRun::settled(Next next) {
  while (std::holds_alternative<NextItem>(next)) next = begin_item();
  return next;
}

TaskRun::Next TaskRun::begin_item() {
  is_under_way_ = false;
  try {
    if (items_) set_loop_variables();
    if (auto known = known_item()) return end_item(std::move(*known));
    if (!is_wanted()) {
      TaskResult skipped = blank();
      skipped.status = Status::skipped;
      skipped.result = Dict{
          {"changed", false}, {"skipped", true}, {"skip_reason", "Conditional result was False"}};
      return finish_item(std::move(skipped));
    }
    if (loop_error_) throw *loop_error_;
    if (task().kind == playbook::TaskKind::include_tasks ||
        task().kind == playbook::TaskKind::include_role)
      return finish_item(include_result());
    attempts_ = attempts_wanted();
    attempt_ = 0;
    return begin_attempt();
  } catch (const base::Error& error) {
    if (error.kind() == base::Kind::stopped) return Stopped{};
    return is_under_way_ ? fail_item(error) : break_off(error);
  }
}

bool TaskRun::is_wanted() {
  for (const Value& when : task().keywords.when) {
    try {
      if (!world_.templar->condition(when, scope_)) return false;
    } catch (const base::Error& error) {
      if (loop_error_) throw *loop_error_;
      base::Error failed(error.kind(),
                         "The conditional check '" +
                             (when.is_string() ? when.text() : Dict::key_text(when)) +
                             "' failed. The error was: " + error.message(),
                         error.pos());
      if (!error.hint().empty()) failed.set_hint(error.hint());
      throw failed;
    }
  }
  return true;
}

TaskRun::Next TaskRun::begin_attempt() {
  ++attempt_;
  prepare();
  const modules::Spec* spec = action::find_spec(task().module);
  if (spec == nullptr)
    throw base::Error(base::Kind::input, "the module '" + task().module + "' is not known here",
                      task().pos);
  context_ = std::make_unique<action::Context>(action::Context{task(),
                                                               *world_.templar,
                                                               scope_,
                                                               *tools_.surroundings,
                                                               *spec,
                                                               {},
                                                               check_,
                                                               diff_,
                                                               world_.options->verbosity,
                                                               scope_.host()});
  bind_arguments(*spec);
  execution_ = action::start_action(*context_, tools_.foreign);
  return drive(execution_->start());
}

void TaskRun::prepare() {
  const playbook::Keywords& keywords = task().keywords;
  check_ = keyword_flag(scope_, keywords.check_mode, world_.options->check);
  diff_ = keyword_flag(scope_, keywords.diff, world_.options->diff);
  delegate_.clear();
  if (task().delegate_to) {
    const Value to = world_.templar->resolve(*task().delegate_to, scope_);
    if (to.is_string() && to.text() != jinja::Templar::omit_marker()) delegate_ = to.text();
  }
  const auto address =
      delegate_.empty() ? std::nullopt : scope_.host_variable(delegate_, "ansible_host");
  delegate_address_ = address && address->is_string() ? address->text() : "";
  settings_ = connection_settings(scope_, task(), delegate_.empty() ? scope_.host() : delegate_);
}

// Where the node alone has the module, it judges the arguments, and its words are the result's.
void TaskRun::bind_arguments(const modules::Spec& spec) {
  context_->given = given_arguments(task(), scope_, spec);
  is_under_way_ = true;
  base::Diagnostics diagnostics;
  context_->arguments = modules::bind_arguments(spec, context_->given, modules::Templates::refused,
                                                diagnostics, task().pos);
  if (action::find_action(task().module) != nullptr) diagnostics.throw_if_any();
}

int TaskRun::attempts_wanted() {
  if (task().until.empty()) return 1;
  if (!task().retries) return 4;
  const Value retries = world_.templar->resolve(*task().retries, scope_);
  const int wanted = static_cast<int>(to_integer(retries, task().retries->pos(), "retries"));
  return wanted <= 0 ? 1 : wanted + 1;
}

TaskRun::Next TaskRun::drive(action::Execution::Next next) {
  if (auto* result = std::get_if<action::Result>(&next)) return finish_attempt(std::move(*result));
  auto& request = std::get<action::Request>(next);
  resume_ = Resume::execution;
  if (lost_ && lost_->endpoint == settings_.endpoint && !execution_->expects_loss())
    return finish_lost(lost_->reply);
  if (auto* call = std::get_if<action::CallModule>(&request)) {
    Submit submit{settings_, {}, std::move(call->blobs)};
    submit.request.module = call->module;
    submit.request.arguments = Value(std::move(call->arguments));
    submit.request.check = call->force_check || (check_ && !call->even_in_check_mode);
    submit.request.diff = diff_;
    name_lock(submit.request);
    submit.request.become = settings_.become;
    submit.request.environment = settings_.environment;
    submit.request.deadline = task_deadline(task(), scope_);
    for (const transport::Blob& blob : submit.blobs) submit.request.blobs.push_back(blob.digest);
    return submit;
  }
  if (auto* raw = std::get_if<action::CallRaw>(&request))
    return SubmitRaw{settings_, raw->command, raw->deadline};
  if (auto* pause = std::get_if<action::Pause>(&request)) return Wait{pause->duration};
  if (std::holds_alternative<action::AskToLeave>(request)) return Leave{settings_.access.node};
  if (std::holds_alternative<action::TellReturn>(request))
    return Leave{settings_.access.node, true};
  return Reset{settings_.endpoint};
}

// One authority a node: a machine may go by two names, each with a lock of its own. This machine is
// nobody's node.
void TaskRun::name_lock(wire::Request& request) const {
  const Fence& fence = world_.fence;
  const std::string& node = settings_.access.node;
  if (settings_.endpoint.kind == transport::Endpoint::Kind::local || !fence.nodes.contains(node))
    return;
  request.fence = fence.number;
  request.authority = fence.authority + "/" + node;
}

TaskRun::Next TaskRun::reply(action::Reply reply) {
  return settled(followed(std::move(reply)));
}

TaskRun::Next TaskRun::followed(action::Reply reply) {
  try {
    if (reply.lost && !execution_->expects_loss()) return finish_lost(reply);
    if (reply.is_unknown || reply.outcome.ending == wire::Ending::unknown) {
      if (!execution_->expects_loss()) return finish_lost(reply);
    }
    return drive(execution_->proceed(std::move(reply)));
  } catch (const base::Error& error) {
    return fail_item(error);
  }
}

TaskRun::Next TaskRun::wake() {
  switch (resume_) {
    case Resume::next_item:
      return settled(NextItem{});
    case Resume::retry:
      try {
        return settled(begin_attempt());
      } catch (const base::Error& error) {
        return settled(fail_item(error));
      }
    case Resume::execution:
      break;
  }
  return reply({});
}

// No answer is no result: unreachable where nothing was sent, unknown where something was under
// way.
TaskRun::Next TaskRun::finish_lost(const action::Reply& reply) {
  TaskResult lost = blank();
  const bool is_unknown = reply.is_unknown || !reply.lost;
  lost.status = is_unknown ? Status::unknown : Status::unreachable;
  lost.result = reply.outcome.result;
  if (reply.lost) {
    lost.result.set("msg", reply.lost->message());
    lost.error = reply.lost->hint().empty() ? "" : "hint: " + reply.lost->hint();
  }
  lost.result.set("changed", false);
  lost.result.set(is_unknown ? "unknown" : "unreachable", true);
  if (items_ && !is_unknown) {
    lost_ = LostLink{settings_.endpoint, reply};
    lost.result.erase("changed");
    return finish_item(std::move(lost));
  }
  for (const TaskResult& item : finished_items_)
    lost.effects.insert(lost.effects.end(), item.effects.begin(), item.effects.end());
  return leave(std::move(lost));
}

TaskRun::Next TaskRun::finish_attempt(action::Result result) {
  Dict dict = std::move(result.outcome.result);
  if (result.outcome.ending == wire::Ending::changed) dict.set("changed", true);
  if (result.outcome.ending == wire::Ending::failed) dict.set("failed", true);
  if (result.outcome.ending == wire::Ending::skipped) dict.set("skipped", true);
  if (attempts_ > 1) dict.set("attempts", attempt_);
  show_to_scope(result, dict);
  judge(dict);
  show_to_scope(result, dict);

  if (attempts_ > 1) {
    const bool is_done = std::all_of(
        task().until.begin(), task().until.end(),
        [&](const Value& condition) { return world_.templar->condition(condition, scope_); });
    if (!is_done && attempt_ < attempts_) {
      TaskResult tried = blank();
      tried.result = std::move(dict);
      tried.result.set("retries", attempts_);
      if (tools_.listener != nullptr)
        tools_.listener->retrying(scope_.host(), tried, attempts_ - attempt_);
      resume_ = Resume::retry;
      return Wait{retry_delay(task(), scope_)};
    }
    if (!is_done) {
      dict.set("attempts", attempts_ - 1);
      dict.set("failed", true);
    }
  }

  TaskResult item = blank();
  item.status = status_of(dict);
  item.result = std::move(dict);
  item.differences = std::move(result.outcome.differences);
  item.effects.push_back(std::move(result.effects));
  note_inventory_change(item);
  if (item.status == Status::ok || item.is_changed()) item.notify = notified();
  return finish_item(std::move(item));
}

// add_host and group_by have changed something only where the inventory was not so already.
void TaskRun::note_inventory_change(TaskResult& item) {
  const action::Effects& effects = item.effects.front();
  if ((!effects.add_host && !effects.add_group) || tools_.listener == nullptr) return;
  const bool is_changed = tools_.listener->change_inventory(scope_.host(), effects);
  if (task().changed_when.empty()) item.result.set("changed", is_changed);
  item.status = status_of(item.result);
}

TaskResult TaskRun::failure(const base::Error& error) {
  TaskResult failed = blank();
  failed.status = Status::failed;
  failed.result = Dict{{"failed", true}, {"msg", error.message()}};
  base::Error told = error;
  if (task().pos.is_known() && !(error.pos() == task().pos))
    told.add_context("in task '" + (task().name.empty() ? task().module : task().name) + "'",
                     task().pos);
  failed.error = told.render();
  return failed;
}

// What is wrong before the module begins (a condition, an argument that cannot be evaluated) fails
// the task with all its items, as in Ansible.
TaskRun::Next TaskRun::break_off(const base::Error& error) { return leave(failure(error)); }

TaskRun::Next TaskRun::fail_item(const base::Error& error) {
  if (error.kind() == base::Kind::stopped) return Stopped{};
  TaskResult failed = failure(error);
  failed.result.set("changed", false);
  if (!task().register_name.empty())
    scope_.set(task().register_name, Value(failed.result).untrusted());
  return finish_item(std::move(failed));
}

TaskRun::Next TaskRun::leave(TaskResult result) {
  final_ = std::move(result);
  execution_.reset();
  context_.reset();
  return Done{};
}

// The flags are resolved here, too: a task that fails before it began still has them.
TaskResult TaskRun::blank() {
  TaskResult result;
  result.delegate = delegate_;
  result.delegate_address = delegate_address_;
  const auto flag = [&](const std::optional<Value>& keyword, bool on_error) {
    try {
      return keyword_flag(scope_, keyword, false);
    } catch (const base::Error&) {
      return on_error;  // cannot be read: the safe answer
    }
  };
  result.is_no_log = flag(task().keywords.no_log, true);
  result.ignores_errors = flag(task().keywords.ignore_errors, false);
  result.ignores_unreachable = flag(task().keywords.ignore_unreachable, false);
  return result;
}

TaskResult TaskRun::include_result() {
  TaskResult result = blank();
  Include include;
  const Value arguments = world_.templar->resolve(Value(task().arguments), scope_);
  if (task().kind == playbook::TaskKind::include_tasks) {
    const Value* file = arguments.find("file");
    if (file == nullptr || !file->is_string() || file->text().empty())
      throw base::Error(base::Kind::input, "No file specified for include_tasks", task().pos);
    include.file = file->text();
    result.result.set("include", include.file);
  }
  include.arguments = arguments.dict();
  if (items_) {
    include.variables = loop_variables(names_, *items_, item_);
    include.label = shown_label(item_label(), result.is_no_log);
  }
  result.result.set("include_args", arguments);
  result.result.set("changed", false);
  result.includes.push_back(std::move(include));
  return result;
}

}  // namespace provisioner::run
