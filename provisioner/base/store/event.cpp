// Names of events, and events as data.

#include "provisioner/base/store/event.h"

#include "provisioner/base/os/clock.h"

namespace provisioner::store {

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::run_started:
      return "run_started";
    case EventKind::play_started:
      return "play_started";
    case EventKind::no_hosts_matched:
      return "no_hosts_matched";
    case EventKind::task_started:
      return "task_started";
    case EventKind::host_started:
      return "host_started";
    case EventKind::host_progress:
      return "host_progress";
    case EventKind::host_retry:
      return "host_retry";
    case EventKind::item_finished:
      return "item_finished";
    case EventKind::host_finished:
      return "host_finished";
    case EventKind::included:
      return "included";
    case EventKind::handler_notified:
      return "handler_notified";
    case EventKind::host_left:
      return "host_left";
    case EventKind::custom_stats:
      return "custom_stats";
    case EventKind::warning:
      return "warning";
    case EventKind::lab_lacks:
      return "lab_lacks";
    case EventKind::play_ended:
      return "play_ended";
    case EventKind::run_ended:
      return "run_ended";
    case EventKind::run_interrupted:
      return "run_interrupted";
    case EventKind::host_withdrawn:
      return "host_withdrawn";
  }
  return "unknown";
}

value::Value to_value(const Event& event) {
  value::Dict dict{{"sequence", static_cast<std::int64_t>(event.sequence)},
                   {"time", os::utc_text(event.time)},
                   {"event", std::string(name_of(event.kind))}};
  if (!event.host.empty()) dict.set("host", event.host);
  if (!event.task.empty()) dict.set("task", event.task);
  dict.set("data", event.data);
  return value::Value(std::move(dict));
}

}  // namespace provisioner::store
