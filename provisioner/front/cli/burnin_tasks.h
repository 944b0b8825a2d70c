#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "provisioner/engine/run/options.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/front/cli/task_ends.h"

namespace provisioner::cli {

// What the tasks of a burn-in came to.
struct BurninTasks {
  TaskEnds ends;
  bool is_stopped = false;  // by a signal to this process

  const value::Value* measured(const std::string& node, const std::string& task) const;
  std::string problem(const std::string& node, const std::string& task) const;  // why nothing was
};

// Runs plays on these nodes in check mode: nothing is locked or changed. A signal ends it at once,
// on the nodes too, and so does its time; what is done by then is told.
BurninTasks run_burnin_tasks(const RunWords& words, const run::Options& options,
                             const std::vector<std::string>& names, const value::Value& plays,
                             std::chrono::seconds longest);

}  // namespace provisioner::cli
