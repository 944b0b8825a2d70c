#pragma once

#include <functional>
#include <optional>
#include <string>

#include "provisioner/base/os/files.h"
#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/node_lines.h"
#include "provisioner/front/cli/reimage_approval.h"
#include "provisioner/machine/metal/life_cycle.h"
#include "provisioner/machine/reimage/console_watch.h"

namespace provisioner::cli {

// Throws Error(refused) where no boot service is at work on this machine.
void require_boot_service();

// One node on its way through the RAM disk, with all that is its own in the thread that leads it.
// Node and lines must outlive it.
class BootedNode {
 public:
  // `run` is the one that its job belongs to; "": nobody's.
  BootedNode(const NamedNode& node, std::string run, NodeLines& lines);

  // Throws Error(refused) where something speaks against taking the node away.
  using Guarded = std::function<void()>;

  // Power cycles it into what the order says, unless it is there already, and returns once it is
  // `goal`. Asks `guarded` right before it takes the node away. Throws as NodeWalk::walk_to, and
  // Error(refused) for a node in maintenance or with another serial than the inventory's.
  void boot(const value::Value& order, metal::Stage goal, const Guarded& guarded);

  // What speaks against a node that is yet to be written ends what it still has to do. Throws as
  // require_as_approved.
  void hold_against(const EarlierApproval& approval, const value::Value& plan);

  // Whether this run has brought its image onto the disk already: it never does so twice.
  bool is_written() const;
  // Its RAM disk has found that what was approved is not so: to try again would change nothing.
  bool is_refused() const;

  // Throws Error(failed) where no SSH server answers before the deadline of its first boot, and
  // Error(refused) once it is in maintenance. Of one behind another nobody hears from here: its
  // log-in is what tells.
  void await_log_in();

 private:
  void send(const value::Value& order, metal::Stage goal, const Guarded& guarded);
  void restore_power();
  void watch_console(metal::Bmc& bmc);
  std::string what_was_seen() const;
  std::int64_t job(const value::Value& order, const Guarded& guarded);
  void require_no_maintenance() const;
  void move(metal::Stage stage, const std::string& detail);
  std::optional<std::int64_t> own_job() const;
  bool is(metal::Stage stage) const;
  bool has_left() const { return is(metal::Stage::booting) || is(metal::Stage::writing); }
  void tell_of_armed();

  const NamedNode& node_;
  std::string run_;
  NodeLines& lines_;
  store::NodeRecords records_;
  store::BootJobs jobs_;
  store::WallTime begun_ = os::system_clock().wall();
  std::optional<reimage::ConsoleWatch> console_;
};

}  // namespace provisioner::cli
