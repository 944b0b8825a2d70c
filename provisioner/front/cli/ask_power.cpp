// What BMCs say of their machines, before these are taken away.

#include "provisioner/front/cli/ask_power.h"

#include "provisioner/base/os/clock.h"
#include "provisioner/front/cli/signal_watch.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using std::chrono::milliseconds;

constexpr std::size_t bmcs_at_once = 64;  // each a program, or a connection, that mostly waits

// The time that it takes to see whose BMC it is comes from the same patience.
PowerSaid power_of(const NamedNode& node, metal::Patience patience) {
  PowerSaid said;
  try {
    const os::Instant begin = os::system_clock().now();
    metal::Access access = node.access();
    access.is_stopped = SignalWatch::has_come;
    const auto bmc = metal::open_bmc(access);
    said.warning = metal::require_serial(*bmc, node.node.hardware.serial, patience.answer);
    patience.whole -= std::chrono::ceil<milliseconds>(os::system_clock().now() - begin);
    const metal::PowerOutcome outcome = metal::PowerChange(*bmc, patience).look();
    said.power = outcome.power;
    said.problem = outcome.because;
  } catch (const Error& error) {
    said.problem = error;
  }
  return said;
}

}  // namespace

metal::Patience patience_of_a_look() {
  using std::chrono::seconds;
  return {.whole = seconds(30), .answer = seconds(10), .interval = seconds(3)};
}

std::vector<PowerSaid> ask_power(const std::vector<NamedNode>& nodes,
                                 const metal::Patience& patience) {
  std::vector<PowerSaid> said(nodes.size());
  const SignalWatch signals;  // a session that is left over is missed by the next
  for_each_at_once(nodes.size(), bmcs_at_once,
                   [&](std::size_t at) { said[at] = power_of(nodes[at], patience); });
  if (SignalWatch::has_come()) throw Error(Kind::stopped, "stopped: nothing was done");
  return said;
}

}  // namespace provisioner::cli
