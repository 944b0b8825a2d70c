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

  // Folds the events of a run. Results that ended in failure or were lost are not kept: their tasks
  // are tried again. A result that cannot be unsealed counts as unknown.
  static Replay from(const store::RunStore& store, const std::string& run,
                     const crypto::SealingKey& key);

  bool is_empty() const { return results_.empty() && begun_.empty(); }
  std::optional<TaskResult> result(const std::string& task, const std::string& host) const;

  // Begun without a result: nobody knows whether it ran.
  bool is_unknown(const std::string& task, const std::string& host) const;

  struct Begun {
    std::string task, host, name, module;
  };
  std::vector<Begun> unknown() const;
  std::size_t known_count() const { return results_.size(); }
  std::uint64_t last_sequence() const { return last_sequence_; }

 private:
  using Key = std::pair<std::string, std::string>;  // task, host
  std::map<Key, TaskResult> results_;
  std::map<Key, Begun> begun_;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace provisioner::run
