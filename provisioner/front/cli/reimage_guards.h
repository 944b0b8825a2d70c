#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "provisioner/base/os/clock.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/machine/reimage/guards.h"

namespace provisioner::cli {

// The guarded groups of an inventory, whose members are asked over the engine's own connections. An
// answer counts for ten seconds, so that nodes which begin together ask together. Any thread.
class ReimageGuards {
 public:
  // Reads the inventory; throws Error(input) for a `reimage_guard` that is none, Error(usage) where
  // `allowed` names a group without one.
  ReimageGuards(const RunWords& words, reimage::Allowed allowed);

  std::size_t machines() const;  // of the inventory

  // Whether all of `leaving` may be away at once. Takes at most a minute a group.
  reimage::Verdict ask(const std::vector<std::string>& leaving);
  void forget();  // what was answered so far: whoever approved a plan took his time

 private:
  class Probe;
  struct Answer {
    os::Instant time;
    reimage::Health health;
  };

  std::mutex mutex_;
  RunWords words_;
  reimage::Allowed allowed_;
  std::unique_ptr<LoadedRun> loaded_;
  std::vector<reimage::Guard> guards_;
  std::map<std::string, std::map<std::string, Answer>> answers_;  // by group and member
};

}  // namespace provisioner::cli
