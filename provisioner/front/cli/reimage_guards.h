#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "provisioner/front/cli/cluster_guards.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/machine/reimage/guards.h"
#include "provisioner/machine/reimage/kept_answers.h"

namespace provisioner::cli {

// The guarded groups of an inventory and its clusters, whose members are asked over the engine's
// own connections, all that one decision needs in one run. Its answers count for ten seconds, so
// that nodes which begin together ask together. Any thread.
class ReimageGuards {
 public:
  // Reads the inventory; throws Error(input) for a `reimage_guard` that is none, Error(usage) where
  // `allowed` names a group without one that is no cluster either.
  ReimageGuards(const RunWords& words, reimage::Allowed allowed);
  // With the passwords of a run that is under way: nobody is asked for them twice.
  ReimageGuards(const RunWords& words, run::Options options, reimage::Allowed allowed);
  ~ReimageGuards();

  std::size_t machines() const;  // of the inventory
  bool are_none() const;         // no group and no cluster is guarded

  // Whether all of `leaving` may be away at once. Takes at most a minute a group.
  reimage::Verdict ask(const std::vector<std::string>& leaving);
  void forget();  // what was answered so far: whoever approved a plan took his time

 private:
  class Probe;

  void add_clusters(const std::vector<std::string>& leaving,
                    const std::map<std::string, std::string>& away, reimage::Verdict& verdict);

  std::mutex mutex_;
  RunWords words_;
  reimage::Allowed allowed_;
  std::unique_ptr<LoadedRun> loaded_;
  std::vector<reimage::Guard> guards_;
  std::unique_ptr<Probe> probe_;
  std::unique_ptr<reimage::KeptAnswers> answers_;
  std::unique_ptr<ClusterGuards> clusters_;
};

}  // namespace provisioner::cli
