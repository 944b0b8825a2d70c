#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/crypto/sealing.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/event.h"
#include "provisioner/base/store/run_store.h"
#include "provisioner/engine/run/task_result.h"

namespace provisioner::run {

// The seven counts of a host in the recap, and what nobody knows.
struct HostCounts {
  int ok = 0, changed = 0, unreachable = 0, failed = 0, skipped = 0, rescued = 0, ignored = 0,
      unknown = 0;
};

// Writes down what happens: first durably into the store, then to whoever shows it. What is emitted
// waits until `commit`; an effect is never started and a result never shown before that, but for
// results that cannot be written down: those are shown, and end the run. Only the run's thread.
class Recorder {
 public:
  // Without a store (a plan, a listing) events only go to the sinks.
  struct Journal {
    store::RunStore* store = nullptr;
    std::string run;
    std::uint64_t last_sequence = 0;
  };

  Recorder(Journal journal, std::vector<store::EventSink*> sinks, const os::Clock& clock);

  void emit(store::EventKind kind, value::Dict data);
  void emit(store::EventKind kind, const std::string& host, const std::string& task,
            value::Dict data);
  void emit_result(const std::string& host, const std::string& task, const TaskResult& result,
                   value::Dict extra);
  // One of a loop's items, `index` from 0.
  void emit_item(const std::string& host, const std::string& task, const TaskResult& item,
                 const value::Value& label, std::size_t index);
  void commit();
  void commit_if_due();  // when something waits for long: tasks without an effect may be many
  void idle();           // nothing came for a moment: write down what waits, let clocks move

  const std::string& run() const { return journal_.run; }
  const os::Clock& clock() const { return clock_; }

 private:
  void add(store::EventKind kind, const std::string& host, const std::string& task,
           value::Dict data, std::string sealed);
  void show(const std::vector<store::Event>& events);
  std::string sealed(const std::string& host, const std::string& task,
                     const TaskResult& result) const;

  Journal journal_;
  std::vector<store::EventSink*> sinks_;
  const os::Clock& clock_;
  std::optional<crypto::SealingKey> key_;
  std::vector<store::Event> pending_;
  os::Instant committed_;
};

// A result as it may be shown: censored for no_log but for why a node cannot be reached, internal
// keys gone, secrets redacted.
value::Dict shown(const TaskResult& result);

// Where a task was delegated to, where it was.
void name_delegate(const TaskResult& result, value::Dict& data);

// The label of a loop's item, as it may be shown.
value::Value shown_label(const value::Value& label, bool is_no_log);

// The differences as data: {before_header, after_header, before, after, is_state}.
value::Value to_value(const std::vector<wire::Difference>& differences);

}  // namespace provisioner::run
