// Asks, reads back, and tells what was read.

#include "provisioner/machine/metal/power_change.h"

#include <algorithm>

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;
using std::chrono::milliseconds;

std::string in_seconds(milliseconds time) {
  return std::to_string(std::chrono::round<std::chrono::seconds>(time).count()) + " s";
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
      pause_(std::move(pause)),
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
  said_.reset();
  problem_.reset();
  try {
    const Power power = bmc_.power(for_an_answer());
    if (clock_.now() <= end_) said_ = power;
  } catch (const Error& error) {
    problem_ = error;
    is_final_ = error.kind() == Kind::refused;
  }
}

PowerChange::Heard PowerChange::ask(PowerVerb verb) {
  said_.reset();  // what it said before is of before
  problem_.reset();
  refusal_.reset();
  try {
    bmc_.ask(verb, for_an_answer());
    return Heard::taken;
  } catch (const Error& error) {
    is_final_ = error.kind() == Kind::refused;
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

PowerOutcome PowerChange::reach(PowerVerb verb, Power wanted) {
  Heard heard = Heard::unknown;
  while (has_time() && !is_final_) {
    if (heard != Heard::taken) heard = ask(verb);
    if (heard != Heard::unknown && has_time()) read();
    if (said_ == wanted) return outcome(true, "");
    if (!is_final_) wait();
  }
  return outcome(false, std::string(name_of(verb)) +
                            (heard == Heard::taken ? " accepted" : " refused") + ", still " +
                            std::string(name_of(said_.value_or(Power::unknown))));
}

PowerOutcome PowerChange::look() {
  while (has_time() && !is_final_) {
    read();
    if (said_ && *said_ != Power::unknown) return outcome(true, "");
    if (!is_final_) wait();
  }
  return outcome(false, "the BMC says neither on nor off");
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
  if (!outcome.is_as_wished) {
    outcome.because->set_hint("it was not switched on again: see 'power NODE status' first");
    return outcome;
  }
  pause_(patience_.rest);
  begin_ = clock_.now();  // however long it took to go off, it gets its time to go on
  end_ = begin_ + patience_.whole;
  return reach(PowerVerb::on, Power::on);
}

}  // namespace provisioner::metal
