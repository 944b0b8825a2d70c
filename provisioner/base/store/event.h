#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "provisioner/base/value/value.h"

namespace provisioner::store {

// What can happen in a run, in the words of the field. The stream of these is the only truth of a
// run: terminal, JSON lines, reports and resume are folds over it. The members of `data` are those
// of docs/manual-output.md. Stored by number: a new kind goes to the end.
enum class EventKind : std::uint8_t {
  run_started,       // no `data`; `sealed`: the words of the command line
  play_started,      // of one batch
  no_hosts_matched,
  task_started,      // once for all hosts of a round
  host_started,      // intent, durable before any effect
  host_progress,
  host_retry,
  item_finished,     // one item of a loop; `sealed`: its result whole
  host_finished,     // `sealed`: the result whole
  included,
  handler_notified,
  host_left,         // takes no further part
  custom_stats,      // once, at the end
  warning,           // also of deprecated and odd things
  lab_lacks,
  play_ended,
  run_ended,
  run_interrupted,   // by a signal
  host_withdrawn,    // the run was stopped before anything was asked: the intent is void
};

std::string_view name_of(EventKind kind);

// One event. `data` is plain data that holds no secret: sinks may show it as it is. `sealed` is
// what only resume may read, under the run's key.
struct Event {
  std::uint64_t sequence = 0;  // from 1, without gaps, within a run; `run_started` has 0
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
