#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/store/run_store.h"
#include "provisioner/engine/run/fence.h"
#include "provisioner/front/cli/execute_run.h"

namespace provisioner::cli {

// The record of one run: kept, its nodes locked, ended, whatever happens in between. A run that is
// gone on with is taken up, and put back as it was where its nodes cannot be had.
class RunRecord {
 public:
  struct Begin {
    const Typed& typed;
    value::Value parameters;  // what `resume` holds against what it finds
    std::vector<std::string> nodes;
    bool steals_locks = false;
  };

  // Throws Error(refused) where somebody else holds a node.
  RunRecord(store::RunStore& store, const Begin& begin);
  RunRecord(const RunRecord&) = delete;
  RunRecord& operator=(const RunRecord&) = delete;
  ~RunRecord();

  void unlock() { store_.unlock(run_); }
  void end(int exit_code);
  const std::string& run() const { return run_; }
  const run::Fence& fence() const { return fence_; }

 private:
  void begin(const Begin& begin);

  store::RunStore& store_;
  std::string run_;
  std::optional<store::RunSummary> before_;  // of one that is resumed
  run::Fence fence_;
  bool is_ended_ = false;
};

}  // namespace provisioner::cli
