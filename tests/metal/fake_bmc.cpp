#include "tests/metal/fake_bmc.h"

#include "provisioner/base/base/error.h"
#include "provisioner/machine/metal/pace.h"

namespace provisioner::metal {

using base::Error;
using base::Kind;

void FakeBmc::answer(Deadline deadline) {
  if (silent > 0) {
    --silent;
    clock_.pass(deadline);
    throw Error(Kind::unreachable, "the BMC is silent");
  }
  if (too_early > 0) {
    --too_early;
    throw NotAsked(Kind::unreachable, "the BMC may not be asked again before the deadline");
  }
  if (has_wrong_address) throw Error(Kind::input, "an address is no URL");
  clock_.pass(answers_in);
  if (!takes_password) throw Error(Kind::refused, "the BMC does not take the password");
}

Power FakeBmc::power_at(os::Instant when) const {
  Power power = real;
  for (const Change& change : changes_)
    if (change.at <= when) power = change.power;
  return power;
}

void FakeBmc::do_it(PowerVerb verb) {
  changes_.push_back({clock_.now() + takes, verb == PowerVerb::on ? Power::on : Power::off});
}

Power FakeBmc::power(Deadline deadline) {
  answer(deadline);
  said.push_back(power_at(clock_.now() - is_stale));
  return said.back();
}

void FakeBmc::ask(PowerVerb verb, Deadline deadline) {
  asked.push_back(verb);
  if (silent > 0 && does_before_silence) do_it(verb);
  answer(deadline);
  if (stubborn > 0) {
    --stubborn;
    throw Error(Kind::failed, "not in this state");
  }
  if (deaf > 0)
    --deaf;
  else
    do_it(verb);
}

std::optional<BootDevice> FakeBmc::next_boot(Deadline deadline) {
  answer(deadline);
  return boot;
}

void FakeBmc::ask_next_boot(BootDevice device, Deadline deadline) {
  answer(deadline);
  if (deaf > 0)
    --deaf;
  else
    boot = device;
}

Identity FakeBmc::identity(Deadline deadline) {
  answer(deadline);
  return {.manufacturer = {}, .model = {}, .serial = serial, .firmware = {}};
}

}  // namespace provisioner::metal
