// The journal of an interrupted run, read back.

#include "provisioner/engine/run/replay.h"

#include "provisioner/base/value/json.h"
#include "provisioner/engine/action/action.h"

namespace provisioner::run {
namespace {

// What the task did, as the run's key opens it; nothing where it does not.
std::optional<TaskResult> unsealed(const store::Event& event, const crypto::SealingKey& key) {
  try {
    return task_result_from(
        value::read_cbor(key.open(event.sealed, event.host + "\n" + event.task)));
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

bool is_done(const TaskResult& result) {
  return result.status == Status::ok || result.status == Status::changed ||
         result.status == Status::skipped ||
         (result.status == Status::failed && result.ignores_errors);
}

}  // namespace

Replay Replay::from(const store::RunStore& store, const std::string& run,
                    const crypto::SealingKey& key) {
  Replay replay;
  store.each_event(run, [&](const store::Event& event) {
    replay.last_sequence_ = event.sequence;
    const Key place{event.task, event.host};
    if (event.kind == store::EventKind::host_started)
      replay.begun_.insert_or_assign(
          place, Begun{event.task, event.host, value::text_or(event.data, "name", ""),
                       value::text_or(event.data, "module", ""),
                       value::boolean_or(event.data, "is_repeatable", false)});
    const auto begun = replay.begun_.find(place);
    if (event.kind == store::EventKind::item_finished && begun != replay.begun_.end())
      ++begun->second.items;
    if (event.kind != store::EventKind::host_finished) return;
    auto result = unsealed(event, key);
    if (!result || result->status == Status::unknown) {
      replay.begun_.try_emplace(place, Begun{event.task, event.host, event.task, ""});
      return;
    }
    replay.begun_.erase(place);
    if (is_done(*result)) replay.results_.insert_or_assign(place, std::move(*result));
  });
  return replay;
}

bool Replay::Begun::needs_decision() const {
  const modules::Spec* spec = action::find_spec(module);
  return !is_repeatable && (spec == nullptr || spec->kind == modules::ModuleKind::action);
}

std::optional<TaskResult> Replay::result(const std::string& task, const std::string& host) const {
  const auto found = results_.find({task, host});
  return found == results_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Replay::Begun> Replay::unknown() const {
  std::vector<Begun> all;
  for (const auto& [place, begun] : begun_) all.push_back(begun);
  return all;
}

void Replay::count_as_done(const Begun& begun) {
  begun_.at({begun.task, begun.host}).is_done = true;
}

bool Replay::is_counted_as_done(const std::string& task, const std::string& host) const {
  const auto begun = begun_.find({task, host});
  return begun != begun_.end() && begun->second.is_done;
}

}  // namespace provisioner::run
