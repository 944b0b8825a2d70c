// The journal of an interrupted run, read back.

#include "provisioner/engine/run/replay.h"

#include "provisioner/base/value/json.h"

namespace provisioner::run {

Replay Replay::from(const store::RunStore& store, const std::string& run,
                    const crypto::SealingKey& key) {
  Replay replay;
  store.each_event(run, [&](const store::Event& event) {
    replay.last_sequence_ = event.sequence;
    const Key place{event.task, event.host};
    if (event.kind == store::EventKind::host_started) {
      replay.begun_.insert_or_assign(
          place, Begun{event.task, event.host, value::text_or(event.data, "name", ""),
                       value::text_or(event.data, "module", "")});
      return;
    }
    if (event.kind != store::EventKind::host_finished) return;
    const auto begun = replay.begun_.extract(place);
    try {
      TaskResult result = task_result_from(
          value::read_cbor(key.open(event.sealed, event.host + "\n" + event.task)));
      const bool is_done = result.status == Status::ok || result.status == Status::changed ||
                           result.status == Status::skipped ||
                           (result.status == Status::failed && result.ignores_errors);
      if (is_done) replay.results_.insert_or_assign(place, std::move(result));
    } catch (const base::Error&) {
      replay.begun_.insert_or_assign(
          place, begun ? begun.mapped() : Begun{event.task, event.host, event.task, ""});
    }
  });
  return replay;
}

std::optional<TaskResult> Replay::result(const std::string& task, const std::string& host) const {
  const auto found = results_.find({task, host});
  return found == results_.end() ? std::nullopt : std::optional(found->second);
}

bool Replay::is_unknown(const std::string& task, const std::string& host) const {
  return begun_.contains({task, host});
}

std::vector<Replay::Begun> Replay::unknown() const {
  std::vector<Begun> all;
  for (const auto& [place, begun] : begun_) all.push_back(begun);
  return all;
}

}  // namespace provisioner::run
