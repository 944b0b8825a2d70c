#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "provisioner/base/os/clock.h"
#include "provisioner/front/platform/gates_trials.h"

namespace provisioner::platform {

// Then the service of a run is ended, and clears up.
inline constexpr std::chrono::seconds longest_gate_run{280};

// What is known of a run that goes on.
struct GateRun {
  std::string name = {}, place = {}, host = {};  // the namespace; folder and node of its service
  std::string asked = {};  // the node that was asked to begin it, whether or not it did
  Trials trials = {};
  std::map<std::string, double> seconds = {};
  std::vector<std::string> had = {};  // gates whose scripts have ended
  bool is_over = false;
};

// On the node of the run's service.
bool has_script(const gates::Gate& gate);

// Asks after the scripts of a run until all have ended. What it refers to outlives it. Throws
// Error.
class Follow {
 public:
  Follow(GateRun& run, const cli::RunWords& words, const GatesSite& site,
         const std::vector<gates::Gate>& some);

  bool is_over() const;
  // Takes what has ended since, and answers what scripts want from outside.
  void ask();
  // Until then, or until a signal comes; `ended` is told of each gate with a script.
  void to_the_end(const std::function<void(const gates::Gate&)>& ended);

 private:
  GateRun& run_;
  const cli::RunWords& words_;
  const GatesSite& site_;
  const std::vector<gates::Gate>& some_;
  std::size_t wanted_ = 0;
  std::string answers_ = {};  // of what was asked for from outside, for the scripts that wait
  std::set<std::string> asked_ = {};
  os::Instant until_ = os::system_clock().now() + longest_gate_run + std::chrono::seconds(30);
};

}  // namespace provisioner::platform
