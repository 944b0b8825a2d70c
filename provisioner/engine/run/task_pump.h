#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <vector>

#include "provisioner/base/os/clock.h"
#include "provisioner/engine/run/task_run.h"
#include "provisioner/engine/transport/connections.h"

namespace provisioner::run {

// What a person asked by Ctrl-C: once, finish what runs and begin nothing; twice, let go at once.
enum class Stop : int { no = 0, gently = 1, at_once = 2 };

// Where sessions put what came, and the run's thread takes it from. Any thread may put.
class Mailbox {
 public:
  void put(transport::Arrival arrival);
  void wake();  // makes a `take` return early; safe in no signal handler

  // All that is there, waiting until the deadline for the first.
  std::vector<transport::Arrival> take(os::Instant deadline);

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::vector<transport::Arrival> arrivals_;
  bool is_woken_ = false;
};

// The connections as the pump needs them; the real ones, or a fake in tests.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual void submit(const TaskRun::Submit& submit, wire::TaskNumber task) = 0;
  virtual void submit_raw(const TaskRun::SubmitRaw& submit, wire::TaskNumber task) = 0;
  // Told that the run ends at once: nothing more is sent. True: it was on its way to the node.
  virtual bool drop(wire::TaskNumber task) = 0;
  virtual void reset(const transport::Endpoint& endpoint) = 0;
  // Its answer comes as that of a node does; that it is over has none.
  virtual void leave(const TaskRun::Leave& leave, wire::TaskNumber task) = 0;
};

// Runs tasks of several hosts side by side in the calling thread: starts up to `forks` of them,
// hands each what comes for it, keeps their timers. No thread sleeps for a task.
class TaskPump {
 public:
  TaskPump(Wire& wire, Mailbox& mailbox, const os::Clock& clock, const std::atomic<int>& stop);

  struct Hooks {
    std::function<void(TaskRun& task)> intend;  // it is about to ask something of a node
    std::function<void()> commit;               // what was intended must be durable now
    std::function<void(TaskRun& task, TaskResult result)> finished;
    std::function<void(TaskRun& task)> withdrawn;  // it was intended, and nothing is under way
    std::function<void(const std::string& host, double seconds, const std::string& doing)> progress;
    std::function<void()> idle;  // nothing came for a moment
  };

  // Returns when all have finished, or, after a stop, when those started have; the others are
  // dropped.
  void run(std::vector<std::unique_ptr<TaskRun>> tasks, std::size_t forks, const Hooks& hooks);

  std::vector<std::string> running_hosts() const;
  void reset(const transport::Endpoint& endpoint) { wire_.reset(endpoint); }

 private:
  struct Active {
    std::unique_ptr<TaskRun> task;
    bool is_waiting = false;  // for a timer
    bool has_intent = false;  // written down: it may have had an effect
    bool is_out = false;      // a question of it waits for its answer
  };
  using Question = std::variant<TaskRun::Submit, TaskRun::SubmitRaw>;
  struct Outgoing {
    wire::TaskNumber number;
    Question question;
  };
  struct Timer {
    os::Instant at;
    wire::TaskNumber number;
    bool operator>(const Timer& other) const { return at > other.at; }
  };

  void start(std::unique_ptr<TaskRun> task, const Hooks& hooks);
  void follow(wire::TaskNumber number, TaskRun::Next next, const Hooks& hooks);
  void send_outgoing(const Hooks& hooks);
  void deliver(transport::Arrival arrival, const Hooks& hooks);
  void fire_timers(const Hooks& hooks);
  void drop_all(const Hooks& hooks);
  void withdraw(wire::TaskNumber number, const Hooks& hooks);
  bool is_under_way(wire::TaskNumber number, const Active& active);
  Stop stop() const { return static_cast<Stop>(stop_.load()); }

  Wire& wire_;
  Mailbox& mailbox_;
  const os::Clock& clock_;
  const std::atomic<int>& stop_;
  wire::TaskNumber last_number_ = 0;
  std::map<wire::TaskNumber, Active> active_;
  std::vector<Outgoing> outgoing_;  // waits for its intent to be durable, all of a turn together
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
};

}  // namespace provisioner::run
