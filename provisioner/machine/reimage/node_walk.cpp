// A node's way from a power cycle to a new system, or to the table of its hardware.

#include "provisioner/machine/reimage/node_walk.h"

#include "provisioner/base/base/error.h"
#include "provisioner/machine/metal/stage_move.h"
#include "provisioner/machine/reimage/likely_cause.h"

namespace provisioner::reimage {

using base::Error;
using base::Kind;
using metal::Stage;

namespace {

constexpr std::chrono::milliseconds glance{250};
constexpr std::chrono::seconds service_deadline{15};
constexpr std::chrono::seconds power_silence{30};
constexpr std::chrono::seconds bmc_answer{20};

bool is_on_its_way(const std::string& state) {
  return state == name_of(Stage::armed) || state == name_of(Stage::booting) ||
         state == name_of(Stage::writing);
}

}  // namespace

NodeWalk::NodeWalk(std::string node, std::int64_t job, Surroundings& around, Told told)
    : node_(std::move(node)),
      job_(job),
      around_(around),
      told_(std::move(told)),
      begun_(around.clock.wall()) {}

store::NodeState NodeWalk::state() const {
  const auto state = around_.records.state(node_);
  if (state) return *state;
  return {node_, std::string(name_of(Stage::enrolled)), "", "", begun_, begun_};
}

void NodeWalk::note(const std::string& source, const std::string& text) {
  around_.records.add_line({node_, around_.clock.wall(), source, text});
}

void NodeWalk::require_service() const {
  if (!around_.is_served())
    throw Error(Kind::refused, node_ + ": no boot service is at work")
        .set_hint("start one on this machine: provisioner serve boot --interface PORT");
}

// The service makes a token for each job that it finds: one that is there says that it is at work.
void NodeWalk::await_boot_service() {
  const os::Instant end = around_.clock.now() + service_deadline;
  for (require_service(); !around_.jobs.is_armed(job_); require_service()) {
    if (around_.clock.now() > end)
      throw Error(Kind::failed, node_ + ": the boot service does not take up its job");
    around_.pause(glance);
  }
}

// Why the BMC did not take the order, and whether the node's power is what it was.
struct NodeWalk::NotTaken {
  Error because;
  bool is_untouched = true;
};

std::optional<NodeWalk::NotTaken> NodeWalk::order_power() {
  metal::PowerChange change(around_.bmc, around_.patience, around_.clock, around_.pause);
  const bool is_on = change.look().power != metal::Power::off;
  note("bmc", std::string("next boot from the network; power ") + (is_on ? "cycle" : "on"));
  try {
    around_.bmc.ask_next_boot(metal::BootDevice::pxe, bmc_answer);
  } catch (const Error& error) {
    return NotTaken{error};
  }
  const metal::PowerOutcome outcome =
      change.bring(is_on ? metal::PowerWish::cycle : metal::PowerWish::on);
  if (outcome.is_as_wished) return std::nullopt;
  return NotTaken{outcome.because ? *outcome.because
                                  : Error(Kind::failed, "its power is not on after a cycle"),
                  outcome.power == (is_on ? metal::Power::on : metal::Power::off)};
}

void NodeWalk::boot_from_network() {
  await_boot_service();
  ++cycles_;
  const store::NodeState before = state();
  metal::move_node(around_.records, node_, Stage::armed, "the BMC is told", around_.changed_by);
  was_sent_ = true;
  if (const auto not_taken = order_power()) {
    disarm(before, *not_taken);
    throw not_taken->because;
  }
  note("bmc", "power is on");
}

// Its next boot, whenever that is, must not find the job. One that boots by now has taken the order
// all the same, and goes on.
void NodeWalk::disarm(const store::NodeState& before, const NotTaken& order) {
  if (state().state != name_of(Stage::armed)) return;
  const std::string because = "its BMC did not take the order: " + order.because.message();
  around_.jobs.end(job_, because);
  note("job", because + ": disarmed");
  if (order.is_untouched && !is_on_its_way(before.state))
    metal::put_back(around_.records, before);
  else
    metal::move_node(around_.records, node_, Stage::failed, because, around_.changed_by);
}

// One that boots or writes needs no push, unless it has been silent for as long as it may be, or
// somebody has switched it off.
bool NodeWalk::is_under_way(const store::NodeState& state) {
  if (state.state != name_of(Stage::booting) && state.state != name_of(Stage::writing))
    return false;
  const store::WallTime last = metal::last_sign(around_.records, state);
  const auto deadline = metal::rule_of(*metal::stage_of(state.state)).deadline;
  if (around_.clock.wall() - last > deadline) return false;
  metal::PowerChange change(around_.bmc, around_.patience, around_.clock, around_.pause);
  return change.look().power != metal::Power::off;
}

bool NodeWalk::is_there(const store::NodeState& state, Stage goal) const {
  const auto open = around_.jobs.open_job(node_);
  return state.state == name_of(goal) && (!open || open->id != job_);
}

void NodeWalk::give_up(const store::NodeState& state) {
  std::vector<store::NodeLine> lines;
  around_.records.each_line(node_, begun_,
                            [&](const store::NodeLine& line) { lines.push_back(line); });
  const std::string because =
      "it stayed '" + state.state + "' for too long: " + likely_cause(lines);
  around_.jobs.end(job_, because);
  metal::move_node(around_.records, node_, Stage::failed, because, around_.changed_by);
  throw Error(Kind::failed, node_ + ": " + because)
      .set_hint("provisioner node log " + node_);
}

// Asked now and then while a node is silent: BMCs take questions slowly.
bool NodeWalk::has_lost_power(std::chrono::nanoseconds silence) {
  if (silence < power_silence || around_.clock.now() - power_asked_ < power_silence) return false;
  power_asked_ = around_.clock.now();
  metal::PowerChange change(around_.bmc, around_.patience, around_.clock, around_.pause);
  return change.look().power == metal::Power::off;
}

void NodeWalk::walk_to(Stage goal) {
  store::NodeState seen = state();
  if (!is_there(seen, goal) && !is_under_way(seen)) {
    boot_from_network();
    seen = state();
  }
  require_service();
  told_(seen);
  os::Instant last_news = around_.clock.now();
  while (!is_there(seen, goal)) {
    if (around_.is_stopped()) throw Error(Kind::stopped, node_ + ": stopped while " + seen.state);
    if (seen.state == name_of(Stage::failed))
      throw Error(Kind::failed, node_ + ": " + seen.detail)
          .set_hint("provisioner node log " + node_);
    if (seen.state == name_of(Stage::maintenance))
      throw Error(Kind::refused, node_ + ": " + seen.changed_by + " has put it into maintenance: " +
                                     seen.detail);
    around_.pause(glance);
    require_service();
    const store::NodeState now = state();
    if (now.state != seen.state || now.detail != seen.detail) {
      last_news = around_.clock.now();
      told_(now);
    }
    seen = now;
    const auto stage = metal::stage_of(seen.state);
    const metal::StageRule& rule = metal::rule_of(stage.value_or(Stage::armed));
    const std::chrono::nanoseconds silence = around_.clock.now() - last_news;
    const bool is_over = rule.deadline.count() != 0 && silence >= rule.deadline;
    if (!is_over && !has_lost_power(silence)) continue;
    if (cycles_ >= rule.tries) give_up(seen);
    note("job", is_over ? "nothing new for " + std::to_string(rule.deadline.count()) +
                              " s: power cycle"
                        : "its power is off, and nobody here has switched it off");
    boot_from_network();
    last_news = around_.clock.now();
  }
}

}  // namespace provisioner::reimage
