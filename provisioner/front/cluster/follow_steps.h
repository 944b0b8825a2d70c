#pragma once

#include <chrono>
#include <functional>

#include "provisioner/base/os/clock.h"
#include "provisioner/cluster/kubernetes/step.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::cluster {

// What steps of a cluster are followed with.
struct StepLoop {
  std::function<kubernetes::Next()> look;  // at the cluster, and what is next by that
  std::function<void(const kubernetes::Step&)> take;
  const kubernetes::ClusterWish& wish;
  const os::Clock& clock;
  std::function<void(std::chrono::milliseconds)> pause;
};

// Looks, tells, takes the step, and looks again, until nothing is left to do: then true. What is
// against it after a step may pass by itself, for which it waits a while. False where something is
// against it still. Throws Error(failed) where a step does not help.
bool follow_steps(const StepLoop& loop);

}  // namespace provisioner::cluster
