// Asking a node again and again until it answers.

#include "provisioner/engine/action/waiting.h"

#include <algorithm>

#include "provisioner/engine/action/results.h"

namespace provisioner::action {

Steps<Reply> ask_until(Context& context, Request request, Patience patience,
                       std::function<bool(const Reply&)> is_good) {
  const os::Instant deadline = context.clock->now() + patience.timeout;
  std::chrono::milliseconds pause{500};
  for (;;) {
    Expecting ask{request};
    Reply reply = co_await std::move(ask);
    if (!reply.lost && !reply.is_unknown && is_good(reply)) co_return reply;
    const bool is_over = context.clock->now() + pause >= deadline;
    if (is_over) co_return reply;
    Pause wait{pause};
    Reply waited = co_await std::move(wait);
    if (reply.lost || reply.is_unknown) {
      Expecting reset{ResetConnection{}};
      Reply done = co_await std::move(reset);
    }
    pause = std::min<std::chrono::milliseconds>(pause * 2, patience.longest_pause);
  }
}

}  // namespace provisioner::action
