// Steps of a cluster, one after another.

#include "provisioner/front/cluster/follow_steps.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/cluster_session.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using kubernetes::Next;

// More for one command is a loop of ours; an upgrade takes some for each node.
constexpr std::size_t most_steps = 100, most_steps_a_node = 10;
constexpr int most_repeated = 2;  // of one step after itself: then it does not help
// Members of etcd and kubelets that a step has just started are ill for some seconds.
constexpr std::chrono::seconds settling{40}, between_looks{3};

// Something stands in the way that may go away by itself.
bool may_pass(const Next& next) {
  return !next.step && !next.objections.empty() &&
         std::ranges::none_of(next.objections, &kubernetes::Objection::is_lasting);
}

Next look_until_settled(const StepLoop& loop) {
  Next next = loop.look();
  const os::Instant patience = loop.clock.now() + settling * loop.wish.deadline_factor;
  while (may_pass(next) && loop.clock.now() < patience) {
    loop.pause(between_looks);
    next = loop.look();
  }
  return next;
}

}  // namespace

bool follow_steps(const StepLoop& loop) {
  std::string last;
  int repeated = 0;
  const std::size_t most = most_steps + most_steps_a_node * loop.wish.nodes().size();
  for (std::size_t steps = 0; steps < most; ++steps) {
    const Next next = steps == 0 ? loop.look() : look_until_settled(loop);
    tell(next);
    if (!next.step) return next.is_done();
    const std::string step = next.step->text();
    repeated = step == last ? repeated + 1 : 0;
    if (repeated == most_repeated)
      throw Error(Kind::failed, "'" + step + "' has come to its end, and the cluster is as before")
          .set_hint("look at it: provisioner cluster status " + loop.wish.instance);
    last = step;
    cli::say("==> " + step);
    loop.take(*next.step);
  }
  throw Error(Kind::bug, "after " + std::to_string(most) + " steps there is one more");
}

}  // namespace provisioner::cluster
