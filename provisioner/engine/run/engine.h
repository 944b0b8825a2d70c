#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/event.h"
#include "provisioner/base/store/run_store.h"
#include "provisioner/engine/action/action.h"
#include "provisioner/engine/run/fence.h"
#include "provisioner/engine/run/options.h"
#include "provisioner/engine/run/recorder.h"
#include "provisioner/engine/run/replay.h"
#include "provisioner/engine/transport/connections.h"
#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/playbook/load.h"

namespace provisioner::run {

class RunSurroundings;

// Asked before a node goes down by an act of the run. Any thread; may take a minute.
class Departures {
 public:
  struct Objection {
    std::string text;         // for people
    bool is_lasting = false;  // waiting alone does not help
  };
  virtual ~Departures() = default;
  // Why it may not; nullopt: it may, and counts as away until it has returned.
  virtual std::optional<Objection> objection(const std::string& node) = 0;
  virtual void returned(const std::string& node) = 0;
};

// Everything a run is given. References outlive the run.
struct RunParts {
  const Options& options;
  std::shared_ptr<const inventory::Inventory> inventory;
  const std::vector<playbook::Playbook>& playbooks;
  const playbook::Library& library;
  RunSurroundings& surroundings;  // the same that `library.templar` was made with
  transport::HostKeyPolicy& host_keys;
  const action::ForeignModules* foreign = nullptr;
  Departures* departures = nullptr;  // nullptr: every node may
  Recorder::Journal journal;
  Replay replay;
  std::vector<store::EventSink*> sinks;
  const os::Clock& clock;
  const std::atomic<int>& stop;  // Stop, raised by a signal handler
  Fence fence;
};

struct RunEnd {
  int exit_code = 0;  // an ExitCode
  bool is_interrupted = false;
  std::map<std::string, HostCounts> counts;
};

// Runs the playbooks to their end. Failures of hosts are results, not exceptions; an Error that
// leaves is about the playbook as a whole (a pattern that cannot be read, an unknown handler) and
// has been recorded.
RunEnd run_playbooks(RunParts parts);

}  // namespace provisioner::run
