// Asks, reads back, and tells what was read.

#include "provisioner/machine/metal/power_change.h"

#include <algorithm>
#include <utility>

#include "provisioner/machine/metal/pace.h"

#include <algorithm>

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;
using std::chrono::milliseconds;

std::string in_seconds(milliseconds time) {
  return std::to_string(std::chrono::round<std::chrono::seconds>(time).count()) + " s";
}

// To ask again would lock us out, or come to the same.
bool is_final(const Error& error) {
  return error.kind() == Kind::refused || error.kind() == Kind::input ||
         error.kind() == Kind::stopped;
}

}  // namespace

milliseconds usual_patience(PowerWish wish) {
  switch (wish) {
    case PowerWish::on:
    case PowerWish::off:
    case PowerWish::cycle:
      break;
    case PowerWish::soft:
      return std::chrono::minutes(5);  // services and file systems come to their end
  }
  return std::chrono::seconds(60);
}

PowerChange::PowerChange(Bmc& bmc, const Patience& patience, const os::Clock& clock, Pause pause)
    : bmc_(bmc),
      patience_(patience),
      clock_(clock),
      pause_(pause ? std::move(pause) : stoppable_pause(patience.is_stopped)),
      begin_(clock.now()),
      end_(begin_ + patience.whole) {}

milliseconds PowerChange::for_an_answer() const {
  const auto left = std::chrono::ceil<milliseconds>(end_ - clock_.now());
  return std::max(milliseconds(1), std::min(patience_.answer, left));
}

void PowerChange::wait() {
  const auto left = std::chrono::ceil<milliseconds>(end_ - clock_.now());
  if (left.count() > 0) pause_(std::min(patience_.interval, left));
}

// An answer that comes too late says nothing in time.
void PowerChange::read() {
  const auto said = std::exchange(said_, std::nullopt);
  const auto problem = std::exchange(problem_, std::nullopt);
  try {
    const Power power = bmc_.power(for_an_answer());
    if (clock_.now() <= end_) said_ = power;
  } catch (const NotAsked& error) {  // the last answer still is the last
    said_ = said;
    problem_ = problem;
    if (!said && !problem) problem_ = error;
  } catch (const Error& error) {
    problem_ = error;
    is_final_ = is_final(error);
  }
}

PowerChange::Heard PowerChange::ask(PowerVerb verb) {
  const auto problem = std::exchange(problem_, std::nullopt);
  said_.reset();  // what it said before is of before
  refusal_.reset();
  try {
    bmc_.ask(verb, for_an_answer());
    was_asked_ = true;
    return Heard::taken;
  } catch (const NotAsked& error) {
    problem_ = problem ? *problem : error;
    return Heard::unknown;
  } catch (const Error& error) {
    was_asked_ = true;
    is_final_ = is_final(error);
    (error.kind() == Kind::failed ? refusal_ : problem_) = error;
    return refusal_ ? Heard::refused : Heard::unknown;
  }
}

PowerOutcome PowerChange::outcome(bool is_as_wished, const std::string& otherwise) const {
  PowerOutcome outcome{.power = said_.value_or(Power::unknown), .is_as_wished = is_as_wished};
  if (is_as_wished) return outcome;
  const std::string spent = in_seconds(std::chrono::round<milliseconds>(clock_.now() - begin_));
  if (is_final_) {
    outcome.because = problem_;
  } else if (said_) {
    const std::string no = refusal_ ? " (" + refusal_->message() + ")" : "";
    outcome.because = Error(Kind::failed, otherwise + " after " + spent + no);
  } else {
    const std::string why = problem_ ? ": " + problem_->message() : "";
    outcome.because =
        Error(Kind::unreachable, "the BMC gave no answer that counts within " + spent + why);
    if (problem_ && !problem_->hint().empty()) outcome.because->set_hint(problem_->hint());
  }
  return outcome;
}

// Where the machine was left; nobody has read that back.
PowerOutcome PowerChange::stopped(std::optional<PowerVerb> asked, Heard heard) const {
  PowerOutcome outcome{.power = said_.value_or(Power::unknown)};
  const std::string verb = asked ? std::string(name_of(*asked)) : "";
  if (!asked || !was_asked_) {
    outcome.because = Error(Kind::stopped, "stopped: it was asked for nothing");
    return outcome;
  }
  const std::string what = heard == Heard::taken ? "its BMC has taken the " + verb
                           : heard == Heard::refused
                               ? "its BMC has refused the " + verb
                               : "the " + verb + " may have been taken, or not";
  outcome.because = Error(Kind::stopped, "stopped: " + what);
  outcome.because->set_hint("look with: provisioner power NODE status");
  return outcome;
}

PowerOutcome PowerChange::reach(PowerVerb verb, Power wanted) {
  Heard heard = Heard::unknown;
  was_asked_ = false;
  while (may_go_on()) {
    if (heard != Heard::taken) heard = ask(verb);
    if (heard != Heard::unknown && may_go_on()) read();
    if (said_ == wanted) return outcome(true, "");
    if (may_go_on()) wait();
  }
  if (is_stopped()) return stopped(verb, heard);
  return outcome(false, std::string(name_of(verb)) +
                            (heard == Heard::taken ? " accepted" : " refused") + ", still " +
                            std::string(name_of(said_.value_or(Power::unknown))));
}

PowerOutcome PowerChange::look() {
  while (may_go_on()) {
    read();
    if (said_ && *said_ != Power::unknown) return outcome(true, "");
    if (may_go_on()) wait();
  }
  if (is_stopped()) return stopped(std::nullopt, Heard::unknown);
  return outcome(false, "the BMC says neither on nor off");
}

// The second half of a cycle. Whoever stops it is told that the machine is left without power.
PowerOutcome PowerChange::go_on(PowerOutcome off) {
  pause_(patience_.rest);
  begin_ = clock_.now();  // however long it took to go off, it gets its time to go on
  end_ = begin_ + patience_.whole;
  PowerOutcome on = reach(PowerVerb::on, Power::on);
  if (on.is_as_wished || !is_stopped()) return on;
  if (was_asked_) {
    on.because->set_hint(
        "it was switched off: look with 'power NODE status', and where it is so "
        "still: provisioner power NODE on");
    return on;
  }
  off.is_as_wished = false;
  off.because = Error(Kind::stopped, "stopped: it is off now");
  off.because->set_hint("switch it on again: provisioner power NODE on");
  return off;
}

PowerOutcome PowerChange::bring(PowerWish wish) {
  switch (wish) {
    case PowerWish::on:
      return reach(PowerVerb::on, Power::on);
    case PowerWish::off:
      return reach(PowerVerb::off, Power::off);
    case PowerWish::soft:
      return reach(PowerVerb::soft, Power::off);
    case PowerWish::cycle:
      break;
  }
  PowerOutcome outcome = reach(PowerVerb::off, Power::off);
  if (outcome.is_as_wished) return go_on(std::move(outcome));
  if (was_asked_ || !is_stopped())
    outcome.because->set_hint("it was not switched on again: see 'power NODE status' first");
  return outcome;
}

}  // namespace provisioner::metal
