// Before a playbook reboots a node.

#include "provisioner/front/cli/run_departures.h"

#include "provisioner/base/base/text.h"

namespace provisioner::cli {

RunDepartures::RunDepartures(RunWords words, run::Options options)
    : words_(std::move(words)), options_(std::move(options)) {
  words_.ask_pass = words_.ask_become_pass = words_.ask_vault_pass = false;
  options_.limit.clear();
}

std::optional<run::Departures::Objection> RunDepartures::objection(const std::string& node) {
  const std::lock_guard lock(mutex_);
  if (!guards_)
    guards_ = std::make_unique<ReimageGuards>(
        words_, options_,
        reimage::Allowed{.below = words_.allowed_below, .protection = {}, .keeps_disks = true});
  std::set<std::string> leaving = {node};
  {
    const std::lock_guard moment(away_mutex_);
    leaving.insert(away_.begin(), away_.end());
  }
  guards_->forget();
  const reimage::Verdict verdict = guards_->ask({leaving.begin(), leaving.end()});
  const auto found = verdict.objections.find(node);
  if (found == verdict.objections.end()) {
    const std::lock_guard moment(away_mutex_);
    away_.insert(node);
    return std::nullopt;
  }
  return Objection{base::join(found->second, "; "), verdict.lasting.contains(node)};
}

void RunDepartures::returned(const std::string& node) {
  const std::lock_guard moment(away_mutex_);
  away_.erase(node);
}

}  // namespace provisioner::cli
