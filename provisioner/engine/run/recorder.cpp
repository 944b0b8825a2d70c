// Events on their way to the journal and to the viewers.

#include "provisioner/engine/run/recorder.h"

#include <algorithm>

#include "provisioner/base/base/secret.h"
#include "provisioner/base/value/json.h"

namespace provisioner::run {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr auto longest_wait = std::chrono::milliseconds(100);

constexpr std::string_view censored =
    "the output has been hidden due to the fact that 'no_log: true' was specified for this result";

bool shows_secret(const Value& value) {
  switch (value.kind()) {
    case value::Kind::string:
      return base::holds_secret(value.text());
    case value::Kind::list:
      return std::any_of(value.list().begin(), value.list().end(), shows_secret);
    case value::Kind::dict:
      return std::any_of(value.dict().begin(), value.dict().end(), [](const auto& entry) {
        return shows_secret(entry.key) || shows_secret(entry.value);
      });
    default:
      return value.is_sealed();
  }
}

// Mostly there is nothing to hide, and a value is shared as it is.
Value redacted(const Value& value) {
  if (!shows_secret(value)) return value;
  switch (value.kind()) {
    case value::Kind::string:
      return Value(base::redact(value.text()));
    case value::Kind::list: {
      List items;
      for (const Value& item : value.list()) items.push_back(redacted(item));
      return Value(std::move(items));
    }
    case value::Kind::dict: {
      Dict dict;
      for (const auto& [key, member] : value.dict()) dict.set(redacted(key), redacted(member));
      return Value(std::move(dict));
    }
    default:
      return Value("***");
  }
}

// Except for what the viewers go by.
bool is_internal(const std::string& key) {
  return key.starts_with("_ansible_") && key != "_ansible_parsed" &&
         key != "_ansible_verbose_always";
}

// And not the end of a loop, whose items have said why.
bool is_lost_link(const TaskResult& result) {
  return result.status == Status::unreachable && result.result.has("unreachable");
}

// The event's `status` says it; Ansible leaves it out of what is shown, too.
bool is_told_by_status(const std::string& key) { return key == "failed" || key == "skipped"; }

}  // namespace

Recorder::Recorder(Journal journal, std::vector<store::EventSink*> sinks, const os::Clock& clock)
    : journal_(std::move(journal)), sinks_(std::move(sinks)), clock_(clock) {
  if (journal_.store != nullptr) key_ = journal_.store->run_key(journal_.run);
}

void Recorder::emit(store::EventKind kind, Dict data) { add(kind, {}, {}, std::move(data), {}); }

void Recorder::emit(store::EventKind kind, const std::string& host, const std::string& task,
                    Dict data) {
  add(kind, host, task, std::move(data), {});
}

void Recorder::emit_result(const std::string& host, const std::string& task,
                           const TaskResult& result, Dict extra) {
  Dict data{{"status", name_of(result.status)}, {"result", shown(result)}};
  name_delegate(result, data);
  if (result.status == Status::failed && result.ignores_errors) data.set("ignored", true);
  const bool is_lost = result.status == Status::unreachable || result.status == Status::unknown;
  if (is_lost && result.ignores_unreachable) data.set("ignored", true);
  const bool is_open = !result.is_no_log || result.status == Status::unreachable;
  if (!result.error.empty() && is_open) data.set("error", result.error);
  if (!result.depends_on.empty()) data.set("depends_on", result.depends_on);
  if (!result.differences.empty() && !result.is_no_log)
    data.set("differences", to_value(result.differences));
  for (auto& [key, value] : extra) data.set(key, value);
  add(store::EventKind::host_finished, host, task, std::move(data), sealed(host, task, result));
}

void Recorder::emit_item(const std::string& host, const std::string& task, const TaskResult& item,
                         const Value& label, std::size_t index) {
  Dict data{{"status", name_of(item.status)},
            {"result", shown(item)},
            {"index", static_cast<std::int64_t>(index)},
            {"label", shown_label(label, item.is_no_log)}};
  name_delegate(item, data);
  if (item.ignores_errors) data.set("ignored", true);
  if (!item.differences.empty() && !item.is_no_log)
    data.set("differences", to_value(item.differences));
  add(store::EventKind::item_finished, host, task, std::move(data), sealed(host, task, item));
}

std::string Recorder::sealed(const std::string& host, const std::string& task,
                             const TaskResult& result) const {
  return key_ ? key_->seal(value::write_cbor(to_value(result)), host + "\n" + task) : "";
}

void Recorder::add(store::EventKind kind, const std::string& host, const std::string& task,
                   Dict data, std::string sealed) {
  store::Event event;
  event.sequence = ++journal_.last_sequence;
  event.time = clock_.wall();
  event.kind = kind;
  event.host = host;
  event.task = task;
  event.data = redacted(Value(std::move(data)));
  event.sealed = std::move(sealed);
  pending_.push_back(std::move(event));
}

void Recorder::commit() {
  committed_ = clock_.now();
  if (pending_.empty()) return;
  std::vector<store::Event> events;
  events.swap(pending_);
  try {
    if (journal_.store != nullptr) journal_.store->append(journal_.run, events);
  } catch (const base::Error&) {
    show(events);  // it happened all the same, and nobody will read it later
    throw;
  }
  show(events);
}

void Recorder::show(const std::vector<store::Event>& events) {
  for (const store::Event& event : events)
    for (store::EventSink* sink : sinks_) sink->take(event);
}

void Recorder::commit_if_due() {
  if (clock_.now() - committed_ >= longest_wait) commit();
}

void Recorder::idle() {
  commit();
  for (store::EventSink* sink : sinks_) sink->idle();
}

Dict shown(const TaskResult& result) {
  if (result.is_no_log) {
    Dict hidden{{"censored", censored}};
    std::vector<const char*> told = {"attempts", "changed", "retries"};
    // Why a node cannot be reached is nothing that the task was given or has returned.
    if (is_lost_link(result)) told.insert(told.end(), {"msg", "unreachable"});
    for (const char* key : told)
      if (const Value* value = result.result.find(key)) hidden.set(key, *value);
    return hidden;
  }
  Dict open;
  for (const auto& [key, value] : result.result)
    if (!is_internal(Dict::key_text(key)) && !is_told_by_status(Dict::key_text(key)))
      open.set(key, value);
  return open;
}

void name_delegate(const TaskResult& result, Dict& data) {
  if (!result.delegate.empty()) data.set("delegate", result.delegate);
  if (!result.delegate_address.empty()) data.set("delegate_address", result.delegate_address);
}

Value shown_label(const Value& label, bool is_no_log) {
  return is_no_log ? Value("(censored due to no_log)") : label;
}

Value to_value(const std::vector<wire::Difference>& differences) {
  List list;
  for (const wire::Difference& one : differences)
    list.emplace_back(Dict{{"before_header", one.before_header},
                           {"after_header", one.after_header},
                           {"before", one.before},
                           {"after", one.after},
                           {"is_state", one.is_state}});
  return Value(std::move(list));
}

}  // namespace provisioner::run
