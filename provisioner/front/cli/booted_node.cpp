// A node from a power cycle to the RAM disk, and on to its first log-in.

#include "provisioner/front/cli/booted_node.h"

#include <unistd.h>

#include "provisioner/base/os/clock.h"
#include "provisioner/engine/transport/greeting.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/language/inventory/bmc_address.h"
#include "provisioner/machine/image/boot_service.h"
#include "provisioner/machine/metal/bmc_lock.h"
#include "provisioner/machine/metal/stage_move.h"
#include "provisioner/machine/reimage/guard_lock.h"
#include "provisioner/machine/reimage/likely_cause.h"
#include "provisioner/machine/reimage/node_walk.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using metal::Stage;
using value::Value;

constexpr std::chrono::seconds to_connect{1};
constexpr std::chrono::seconds to_greet{15};  // a system that boots is slow
constexpr std::chrono::seconds power_silence{30};
constexpr std::chrono::seconds bmc_answer{20};

os::Descriptor hold(const metal::Access& access) {
  const std::string who = operator_name() + ", process " + std::to_string(::getpid());
  return metal::hold_bmc(state_directory(), inventory::read_bmc_address(access.address).key(), who);
}

}  // namespace

void require_boot_service() {
  if (!image::is_at_work(boot_directory()))
    throw Error(Kind::refused, "no boot service is at work")
        .set_hint("start one on this machine: provisioner serve boot --interface PORT");
}

BootedNode::BootedNode(const NamedNode& node, std::string run, NodeLines& lines)
    : node_(node),
      run_(std::move(run)),
      lines_(lines),
      records_(store::NodeRecords::open(state_directory())),
      jobs_(store::BootJobs::open(state_directory())) {}

void BootedNode::boot(const Value& order, Stage goal, const Guarded& guarded) {
  try {
    send(order, goal, guarded);
  } catch (const Error&) {
    tell_of_armed();
    throw;
  }
}

void BootedNode::hold_against(const EarlierApproval& approval, const Value& plan) {
  try {
    require_as_approved(node_, *planned_node(plan, node_.name), approval, records_, jobs_);
  } catch (const Error& error) {
    const auto open = own_job();
    if (!open) throw;
    jobs_.end(*open, error.message());
    if (has_left() || is(Stage::armed)) move(Stage::failed, error.message());
    throw;
  }
}

bool BootedNode::is_written() const { return jobs_.is_installed(node_.name, run_); }

bool BootedNode::is_refused() const {
  const auto last = jobs_.last_job(node_.name, run_);
  return last && last->end == store::JobEnd::refused;
}

void BootedNode::await_log_in() {
  if (node_.is_behind_another()) return;
  const transport::SshPlace place = node_.ssh_place();
  const os::Instant begin = os::system_clock().now();
  const os::Instant end = begin + metal::rule_of(Stage::installed).deadline;
  os::Instant asked = begin;
  while (transport::greetings({place}, to_connect, to_greet).front() != transport::Greeting::ssh) {
    if (SignalWatch::has_come())
      throw Error(Kind::stopped, node_.name + ": stopped while it boots");
    require_no_maintenance();
    if (os::system_clock().now() > end)
      throw Error(Kind::failed, node_.name + ": it has its image, and no SSH server answers at " +
                                    place.host + what_was_seen())
          .set_hint(metal::next_step(Stage::installed, node_.name));
    if (os::system_clock().now() - asked > power_silence) {
      restore_power();
      asked = os::system_clock().now();
    }
    metal::real_pause()(std::chrono::milliseconds(250));
  }
  lines_.say(node_.name, "its new system answers SSH");
}

void BootedNode::move(Stage stage, const std::string& detail) {
  metal::move_node(records_, node_.name, stage, detail, operator_name());
}

void BootedNode::send(const Value& order, Stage goal, const Guarded& guarded) {
  const metal::Access access = node_.access();
  const os::Descriptor held = hold(access);
  const auto bmc = metal::open_bmc(access);
  if (const auto unchecked =
          metal::require_serial(*bmc, node_.node.hardware.serial, bmc_answer))
    lines_.say(node_.name, *unchecked);
  reimage::NodeWalk::Surroundings around{
      .records = records_,
      .jobs = jobs_,
      .bmc = *bmc,
      .clock = os::system_clock(),
      .pause = metal::real_pause(),
      .is_stopped = SignalWatch::has_come,
      .is_served = [] { return image::is_at_work(boot_directory()); },
      .changed_by = operator_name(),
      .patience = {}};
  const auto tell = [&](const store::NodeState& state) {
    lines_.say(node_.name, state.state + (state.detail.empty() ? "" : ": " + state.detail));
  };
  const bool is_on_its_way = own_job() && (has_left() || is(Stage::armed));
  const std::int64_t job = this->job(order, guarded);
  watch_console(*bmc);
  reimage::NodeWalk walk(node_.name, job, around, tell);
  try {
    walk.walk_to(goal);
  } catch (const Error& error) {
    // One that never went is not to be taken away by its own next reboot.
    if (!is_on_its_way && !walk.was_sent()) jobs_.end(job, error.message());
    throw;
  }
}

// One that loses its power in its first boot stays off until somebody switches it on. Where its
// BMC cannot be asked, the wait for its log-in goes on all the same.
void BootedNode::restore_power() {
  try {
    const metal::Access access = node_.access();
    const os::Descriptor held = hold(access);
    const auto bmc = metal::open_bmc(access);
    metal::require_serial(*bmc, node_.node.hardware.serial, bmc_answer);
    metal::PowerChange change(*bmc, {}, os::system_clock(), metal::real_pause());
    if (change.look().power != metal::Power::off) return;
    const auto tell = [this](const std::string& text) {
      records_.add_line({node_.name, {}, "bmc", text});
      lines_.say(node_.name, text);
    };
    tell("its power is off in its first boot: it is switched on again");
    const metal::PowerOutcome outcome = change.bring(metal::PowerWish::on);
    if (outcome.because) tell("it does not go on: " + outcome.because->message());
  } catch (const Error& error) {
    records_.add_line({node_.name, {}, "bmc", error.message()});
  }
}

// Nothing of it hinders the walk.
void BootedNode::watch_console(metal::Bmc& bmc) {
  try {
    console_.emplace(node_.name, state_directory(), bmc.console_feed());
  } catch (const Error&) {
    // The store takes no lines: the walk meets that by itself.
  }
}

std::string BootedNode::what_was_seen() const {
  std::vector<store::NodeLine> lines;
  records_.each_line(node_.name, begun_,
                     [&](const store::NodeLine& line) { lines.push_back(line); });
  std::string text;
  if (const auto trouble = reimage::trouble_on_console(lines)) text += "; " + *trouble;
  if (const std::string seen = reimage::last_seen(lines); !seen.empty()) text += "; " + seen;
  return text;
}

// One that has left is away already. No other job begins between the answer and this one; where it
// stays, nothing is left that would take it away later.
std::int64_t BootedNode::job(const Value& order, const Guarded& guarded) {
  const auto open = own_job();
  if (open && has_left()) return *open;
  const os::Descriptor alone = reimage::hold_guards(
      state_directory(), os::system_clock(), metal::real_pause(), SignalWatch::has_come);
  require_no_maintenance();
  try {
    guarded();
  } catch (const Error& error) {
    if (open) jobs_.end(*open, error.message());
    throw;
  }
  const bool is_open = open && jobs_.take_up(*open, os::system_clock().wall());
  const std::int64_t job = is_open ? *open : jobs_.begin(node_.name, run_, order);
  try {
    require_no_maintenance();  // `node state` moves the node first and then ends its job
  } catch (const Error& error) {
    jobs_.end(job, error.message());
    throw;
  }
  return job;
}

void BootedNode::require_no_maintenance() const {
  const auto state = records_.state(node_.name);
  if (state && state->state == name_of(Stage::maintenance))
    throw Error(Kind::refused, node_.name + " stays: " + state->changed_by +
                                   " has put it into maintenance: " + state->detail);
}

std::optional<std::int64_t> BootedNode::own_job() const {
  const auto open = jobs_.open_job(node_.name);
  return open && open->run == run_ ? std::optional(open->id) : std::nullopt;
}

bool BootedNode::is(Stage stage) const {
  const auto state = records_.state(node_.name);
  return state && state->state == name_of(stage);
}

void BootedNode::tell_of_armed() {
  if (!own_job() || !is(Stage::armed)) return;
  lines_.say(node_.name,
             "it stays armed: where it boots from the network within an hour, it goes on. To "
             "disarm it now: provisioner node state " + node_.name + " maintenance --because ...");
}

}  // namespace provisioner::cli
