// Before a playbook reboots a node.

#include "provisioner/front/cli/run_departures.h"

#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/machine/reimage/guard_lock.h"

namespace provisioner::cli {

RunDepartures::RunDepartures(RunWords words, run::Options options, const std::string& run,
                             std::function<bool()> is_stopped)
    : words_(std::move(words)),
      options_(std::move(options)),
      is_stopped_(std::move(is_stopped)),
      departed_(state_directory(), "is being rebooted by run " + run, os::system_clock()) {
  words_.ask_pass = words_.ask_become_pass = words_.ask_vault_pass = false;
  options_.limit.clear();
}

std::optional<run::Departures::Objection> RunDepartures::objection(const std::string& node) {
  const std::lock_guard lock(mutex_);
  if (!guards_)
    guards_ = std::make_unique<ReimageGuards>(
        words_, options_,
        reimage::Allowed{.below = words_.allowed_below, .protection = {}, .keeps_disks = true});
  if (guards_->are_none()) return std::nullopt;
  os::make_directories(state_directory(), 0700);
  // Another command that asks meanwhile would count on this node.
  const os::Descriptor alone = reimage::hold_guards(state_directory(), os::system_clock(),
                                                    metal::real_pause(), is_stopped_);
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
    departed_.leave(node);
    away_.insert(node);
    return std::nullopt;
  }
  return Objection{base::join(found->second, "; "), verdict.lasting.contains(node)};
}

void RunDepartures::returned(const std::string& node) {
  const std::lock_guard moment(away_mutex_);
  departed_.returned(node);
  away_.erase(node);
}

}  // namespace provisioner::cli
