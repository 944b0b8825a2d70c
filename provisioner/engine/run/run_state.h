#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "provisioner/engine/run/custom_stats.h"
#include "provisioner/engine/run/recorder.h"
#include "provisioner/engine/run/replay.h"
#include "provisioner/engine/run/run_surroundings.h"
#include "provisioner/engine/run/task_pump.h"
#include "provisioner/engine/run/world.h"
#include "provisioner/language/playbook/load.h"

namespace provisioner::run {

// What a whole run carries from play to play. Only the run's thread.
struct RunState {
  World world;
  RunSurroundings& surroundings;
  const playbook::Library& library;
  const action::ForeignModules* foreign = nullptr;
  Recorder& recorder;
  TaskPump& pump;
  const std::atomic<int>& stop;
  Replay replay;

  std::map<std::string, HostCounts> counts;
  std::set<std::string> failed;  // hosts out for the rest of the run
  std::set<std::string> unreachable;
  CustomStats stats;
  // In a plan: the first task on a host that would change something, by host.
  std::map<std::string, std::string> first_change;

  // What the inventory says a lab's nodes cannot do, and where tasks that need it were left out, by
  // capability.
  struct Lack {
    std::string because;
    std::set<std::string> hosts;
  };
  std::map<std::string, Lack> lacks = {};
  std::string start_at_task = {};  // still looked for; empty once it was found
  std::vector<std::string> passed_tasks = {};  // names that were not it

  bool is_stopped() const { return stop.load() != 0; }
};

}  // namespace provisioner::run
