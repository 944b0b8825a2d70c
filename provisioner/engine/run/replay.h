#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "provisioner/base/store/run_store.h"
#include "provisioner/engine/run/task_result.h"

namespace provisioner::run {

// What an interrupted run is known to have done: results by task instance and host. A resumed run
// goes through the same playbook from the start, takes these results as they were, and does only
// what is missing.
class Replay {
 public:
  Replay() = default;

  // Folds the events of a run. Results that ended in failure are not kept: their tasks are tried
  // again. One that was lost on the way, or cannot be unsealed, counts as unknown.
  static Replay from(const store::RunStore& store, const std::string& run,
                     const crypto::SealingKey& key);

  std::optional<TaskResult> result(const std::string& task, const std::string& host) const;

  // Begun without a result: nobody knows whether it ran.
  struct Begun {
    std::string task, host, name, module;
    bool is_repeatable = false;  // by its own conditions: `creates`, `changed_when: false`
    std::optional<std::size_t> item = {};  // of its loop, from 0: the others ended, or never began
    bool is_done = false;        // somebody said so

    // A state is looked at anew; what an action did can be seen nowhere, so somebody has to say
    // whether it runs again.
    bool needs_decision() const;
  };
  std::vector<Begun> unknown() const;
  void count_as_done(const Begun& begun);
  bool is_counted_as_done(const std::string& task, const std::string& host) const;
  EarlierItems items(const std::string& task, const std::string& host) const;
  std::uint64_t last_sequence() const { return last_sequence_; }

 private:
  using Key = std::pair<std::string, std::string>;  // task, host
  void take_item(const Key& place, const store::Event& event, const crypto::SealingKey& key);
  void take_result(const Key& place, const store::Event& event, const crypto::SealingKey& key);
  std::map<Key, TaskResult> results_;
  std::map<Key, Begun> begun_;
  std::map<Key, std::map<std::size_t, TaskResult>> items_;  // ended well, of loops that did not end
  std::uint64_t last_sequence_ = 0;
};

}  // namespace provisioner::run
