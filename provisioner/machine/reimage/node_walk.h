#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/machine/metal/bmc.h"
#include "provisioner/machine/metal/life_cycle.h"
#include "provisioner/machine/metal/pause.h"
#include "provisioner/machine/metal/power_change.h"

namespace provisioner::reimage {

// One node on its way through a boot from the network: its BMC is told, and the store is watched
// for what the boot service hears of it. Takes up where another walk of the same job was cut off.
// One thread.
class NodeWalk {
 public:
  struct Surroundings {
    store::NodeRecords& records;
    store::BootJobs& jobs;
    metal::Bmc& bmc;
    const os::Clock& clock;
    metal::Pause pause;
    std::function<bool()> is_stopped;
    std::function<bool()> is_served;  // a boot service is at work
    std::string changed_by;  // "alice@ctl1"
    metal::Patience patience;
  };
  using Told = std::function<void(const store::NodeState& state)>;

  NodeWalk(std::string node, std::int64_t job, Surroundings& around, Told told);

  // Returns once the node is `goal` (discovered or installed). Power cycles it as often as the life
  // cycle allows where a stage takes too long. Throws Error(failed) with the last thing seen and
  // the likely cause, Error(refused) where no boot service answers, Error(stopped). Where its BMC
  // does not take the order, the BMC's error, and the job ends: a node that was not touched is what
  // it was before, any other has failed.
  void walk_to(metal::Stage goal);

  // Whether its BMC was told to take the node away.
  bool was_sent() const { return was_sent_; }

 private:
  void require_service() const;
  void await_boot_service();
  void boot_from_network();
  struct NotTaken;
  std::optional<NotTaken> order_power();
  void disarm(const store::NodeState& before, const NotTaken& order);
  bool is_under_way(const store::NodeState& state);
  bool is_there(const store::NodeState& state, metal::Stage goal) const;
  bool has_lost_power(std::chrono::nanoseconds silence);
  void give_up(const store::NodeState& state);
  void note(const std::string& source, const std::string& text);
  store::NodeState state() const;

  std::string node_;
  std::int64_t job_;
  Surroundings& around_;
  Told told_;
  store::WallTime begun_;
  int cycles_ = 0;
  bool was_sent_ = false;
  os::Instant power_asked_ = {};
};

}  // namespace provisioner::reimage
