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

std::optional<std::size_t> index_of(const store::Event& event, std::string_view name) {
  const std::int64_t index = value::integer_or(event.data, name, -1);
  return index < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(index));
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
                       value::boolean_or(event.data, "is_repeatable", false),
                       index_of(event, "item")});
    else if (event.kind == store::EventKind::item_finished)
      replay.take_item(place, event, key);
    else if (event.kind == store::EventKind::host_finished)
      replay.take_result(place, event, key);
    else if (event.kind == store::EventKind::host_withdrawn)
      replay.begun_.erase(place);
  });
  for (auto& [place, begun] : replay.begun_)
    while (begun.item && replay.items_[place].contains(*begun.item)) ++*begun.item;
  return replay;
}

void Replay::take_item(const Key& place, const store::Event& event,
                       const crypto::SealingKey& key) {
  const auto index = index_of(event, "index");
  if (!index) return;
  auto result = unsealed(event, key);
  if (!result || result->status == Status::unknown) return;
  if (const auto begun = begun_.find(place); begun != begun_.end()) begun->second.item = *index + 1;
  if (is_done(*result)) items_[place].insert_or_assign(*index, std::move(*result));
}

void Replay::take_result(const Key& place, const store::Event& event,
                         const crypto::SealingKey& key) {
  auto result = unsealed(event, key);
  // Whoever said that a lost link does not matter is not asked about it.
  if (!result || (result->status == Status::unknown && !result->ignores_unreachable)) {
    begun_.try_emplace(place, Begun{event.task, event.host, event.task, ""});
    return;
  }
  begun_.erase(place);
  if (!is_done(*result)) return;
  items_.erase(place);
  results_.insert_or_assign(place, std::move(*result));
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

EarlierItems Replay::items(const std::string& task, const std::string& host) const {
  EarlierItems earlier;
  const Key place{task, host};
  if (const auto ended = items_.find(place); ended != items_.end()) earlier.ended = ended->second;
  if (const auto begun = begun_.find(place); begun != begun_.end() && begun->second.is_done)
    earlier.counted_as_done = begun->second.item;
  return earlier;
}

}  // namespace provisioner::run
