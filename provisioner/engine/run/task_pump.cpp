// Hosts side by side in one thread.

#include "provisioner/engine/run/task_pump.h"

#include <utility>

namespace provisioner::run {
namespace {

// How long results may wait for company before they are written down and shown.
constexpr auto patience = std::chrono::milliseconds(40);

action::Reply reply_of(transport::Arrival& arrival) {
  action::Reply reply;
  if (auto* outcome = std::get_if<wire::Outcome>(&arrival.content)) {
    reply.outcome = std::move(*outcome);
  } else if (auto* lost = std::get_if<transport::Arrival::Lost>(&arrival.content)) {
    reply.lost = lost->error;
    reply.is_unknown = lost->is_unknown;
  } else if (auto* raw = std::get_if<transport::Arrival::RawResult>(&arrival.content)) {
    reply.outcome.ending = raw->status == 0 ? wire::Ending::changed : wire::Ending::failed;
    reply.outcome.result =
        value::Dict{{"rc", raw->status}, {"stdout", raw->out}, {"stderr", raw->err}};
  }
  return reply;
}

}  // namespace

void Mailbox::put(transport::Arrival arrival) {
  const std::lock_guard lock(mutex_);
  arrivals_.push_back(std::move(arrival));
  filled_.notify_one();
}

void Mailbox::wake() {
  const std::lock_guard lock(mutex_);
  is_woken_ = true;
  filled_.notify_one();
}

std::vector<transport::Arrival> Mailbox::take(os::Instant deadline) {
  std::unique_lock lock(mutex_);
  filled_.wait_until(lock, deadline, [this] { return !arrivals_.empty() || is_woken_; });
  is_woken_ = false;
  return std::exchange(arrivals_, {});
}

TaskPump::TaskPump(Wire& wire, Mailbox& mailbox, const os::Clock& clock,
                   const std::atomic<int>& stop)
    : wire_(wire), mailbox_(mailbox), clock_(clock), stop_(stop) {}

void TaskPump::run(std::vector<std::unique_ptr<TaskRun>> tasks, std::size_t forks,
                   const Hooks& hooks) {
  std::size_t next = 0;
  while (true) {
    while (next < tasks.size() && active_.size() < forks && stop() == Stop::no)
      start(std::move(tasks[next++]), hooks);
    if (active_.empty() && (next == tasks.size() || stop() != Stop::no)) return;
    if (stop() == Stop::at_once) return drop_all(hooks);
    send_outgoing(hooks);

    os::Instant deadline = clock_.now() + patience;
    if (!timers_.empty() && timers_.top().at < deadline) deadline = timers_.top().at;
    std::vector<transport::Arrival> arrivals = mailbox_.take(deadline);
    for (transport::Arrival& arrival : arrivals) deliver(std::move(arrival), hooks);
    fire_timers(hooks);
    if (arrivals.empty() && hooks.idle) hooks.idle();
  }
}

void TaskPump::start(std::unique_ptr<TaskRun> task, const Hooks& hooks) {
  const wire::TaskNumber number = ++last_number_;
  TaskRun& started = *task;
  active_.emplace(number, Active{std::move(task)});
  follow(number, started.start(), hooks);
}

void TaskPump::follow(wire::TaskNumber number, TaskRun::Next next, const Hooks& hooks) {
  Active& active = active_.at(number);
  if (auto* submit = std::get_if<TaskRun::Submit>(&next)) {
    outgoing_.push_back({number, std::move(*submit)});
  } else if (auto* raw = std::get_if<TaskRun::SubmitRaw>(&next)) {
    outgoing_.push_back({number, std::move(*raw)});
  } else if (const auto* wait = std::get_if<TaskRun::Wait>(&next)) {
    active.is_waiting = true;
    timers_.push({clock_.now() + wait->duration, number});
  } else if (const auto* reset = std::get_if<TaskRun::Reset>(&next)) {
    wire_.reset(reset->endpoint);
    follow(number, active.task->reply({}), hooks);
  } else if (const auto* leave = std::get_if<TaskRun::Leave>(&next)) {
    const bool is_over = leave->is_over;
    wire_.leave(*leave, number);
    if (is_over) follow(number, active.task->reply({}), hooks);
  } else if (std::holds_alternative<TaskRun::Stopped>(next)) {
    withdraw(number, hooks);
  } else {
    const std::unique_ptr<TaskRun> task = std::move(active.task);
    active_.erase(number);
    hooks.finished(*task, task->take_result());
  }
}

// One transaction for all that goes out together; none for those that have their intent already,
// but for items of a loop of actions.
void TaskPump::send_outgoing(const Hooks& hooks) {
  std::erase_if(outgoing_, [this](const Outgoing& one) { return !active_.contains(one.number); });
  bool needs_record = false;
  for (const Outgoing& one : outgoing_) {
    Active& active = active_.at(one.number);
    active.is_out = true;
    needs_record |= !active.has_intent || active.task->needs_record_of_earlier_items();
    if (std::exchange(active.has_intent, true)) continue;
    if (hooks.intend) hooks.intend(*active.task);
  }
  if (needs_record && hooks.commit) hooks.commit();
  for (const Outgoing& one : std::exchange(outgoing_, {})) {
    if (const auto* submit = std::get_if<TaskRun::Submit>(&one.question))
      wire_.submit(*submit, one.number);
    else
      wire_.submit_raw(std::get<TaskRun::SubmitRaw>(one.question), one.number);
  }
}

void TaskPump::deliver(transport::Arrival arrival, const Hooks& hooks) {
  const auto found = active_.find(arrival.task);
  if (found == active_.end()) return;  // of a task that was let go
  if (const auto* progress = std::get_if<transport::Arrival::Progress>(&arrival.content)) {
    if (hooks.progress)
      hooks.progress(found->second.task->scope().host(), progress->seconds, progress->doing);
    return;
  }
  found->second.is_out = false;
  follow(arrival.task, found->second.task->reply(reply_of(arrival)), hooks);
}

void TaskPump::fire_timers(const Hooks& hooks) {
  while (!timers_.empty() && timers_.top().at <= clock_.now()) {
    const wire::TaskNumber number = timers_.top().number;
    timers_.pop();
    const auto found = active_.find(number);
    if (found == active_.end() || !found->second.is_waiting) continue;
    found->second.is_waiting = false;
    follow(number, found->second.task->wake(), hooks);
  }
}

// What has reached a node may end there or not: unknown. All else is as if it had not been begun.
void TaskPump::drop_all(const Hooks& hooks) {
  outgoing_.clear();
  while (!active_.empty()) {
    const wire::TaskNumber number = active_.begin()->first;
    Active& active = active_.begin()->second;
    if (!is_under_way(number, active)) {
      withdraw(number, hooks);
      continue;
    }
    action::Reply reply;
    reply.lost = base::Error(base::Kind::failed, "interrupted while the task was running");
    reply.is_unknown = true;
    follow(number, active.task->reply(std::move(reply)), hooks);
    active_.erase(number);
  }
}

bool TaskPump::is_under_way(wire::TaskNumber number, const Active& active) {
  if (active.is_out) return wire_.drop(number);
  return active.has_intent && !active.task->is_between_attempts();
}

void TaskPump::withdraw(wire::TaskNumber number, const Hooks& hooks) {
  const Active& active = active_.at(number);
  if (active.has_intent && hooks.withdrawn) hooks.withdrawn(*active.task);
  active_.erase(number);
}

std::vector<std::string> TaskPump::running_hosts() const {
  std::vector<std::string> hosts;
  for (const auto& [number, active] : active_) hosts.push_back(active.task->scope().host());
  return hosts;
}

}  // namespace provisioner::run
