#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "provisioner/base/value/value.h"

namespace provisioner::store {

// What can happen in a run, in the words of the field. The stream of these is the only truth of a
// run: terminal, JSON lines, reports and resume are folds over it.
enum class EventKind : std::uint8_t {
  run_started,       // arguments, playbooks, digests of playbook and inventory, hosts, check, diff,
                     // operator
  play_started,      // name, hosts of the batch, batch number, strategy
  no_hosts_matched,  // play name
  task_started,      // name, module, path (file:line), is_handler, uuid of the task, `role`
  host_started,      // intent, durable before any effect: host, task, action kind, delegate
  host_progress,     // seconds, what it is doing
  host_retry,        // attempts left, result
  item_finished,     // one loop item: ending, item label, result
  host_finished,     // ending, result (censored for no_log), differences, sealed full result
  included,          // file or role, hosts
  handler_notified,  // handler name, host
  host_left,         // why a host takes no further part: failed, unreachable, end_host
  stats_set,         // set_stats
  warning,           // text; also of deprecated and odd things
  lab_lacks,         // capability that was not applied, hosts
  play_ended,
  run_ended,        // recap per host, exit code, seconds
  run_interrupted,  // by a signal: which hosts are in the middle of what
};

std::string_view name_of(EventKind kind);

// One event. `data` is plain data that holds no secret: sinks may show it as it is. `sealed` is
// what only resume may read: the full result under the run's key.
struct Event {
  std::uint64_t sequence = 0;  // from 1, without gaps, within a run
  std::chrono::system_clock::time_point time;
  EventKind kind = EventKind::warning;
  std::string host;  // "" where it is about the whole run
  std::string task;  // identity of the task instance; "" where there is none
  value::Value data;
  std::string sealed;
};

value::Value to_value(const Event& event);  // for JSON lines; without `sealed`

// A reader of events. Called in the run's thread, in order; must not block for long.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void take(const Event& event) = 0;
  virtual void idle() {}  // nothing happened for a moment: a clock on a screen may move on
};

}  // namespace provisioner::store
