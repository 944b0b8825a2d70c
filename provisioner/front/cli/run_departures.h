#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "provisioner/engine/run/engine.h"
#include "provisioner/front/cli/reimage_guards.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/machine/reimage/departed_nodes.h"

namespace provisioner::cli {

// What speaks against a reboot by a playbook: the groups' guards and the clusters, as for a
// re-image. They are asked only where something is rebooted, by one process of this controller at a
// time; those that may go are away for the others, until they have returned. Any thread.
class RunDepartures : public run::Departures {
 public:
  // `options` are those of the run, with the passwords that were typed for it; `run` is its number.
  RunDepartures(RunWords words, run::Options options, const std::string& run,
                std::function<bool()> is_stopped);

  std::optional<Objection> objection(const std::string& node) override;
  void returned(const std::string& node) override;

 private:
  std::mutex mutex_;       // one asks at a time, for as long as that takes
  std::mutex away_mutex_;  // held for a moment: whoever returns waits for no asking
  RunWords words_;
  run::Options options_;
  std::function<bool()> is_stopped_;
  std::unique_ptr<ReimageGuards> guards_;
  std::set<std::string> away_;  // by our leave
  reimage::DepartedNodes departed_;
};

}  // namespace provisioner::cli
